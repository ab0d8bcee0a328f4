import { expect, test } from 'vitest';
import { hrefOf, pageOf } from '../src/lib/hash';

test('an address names its page, whatever follows', () => {
  expect(pageOf('#/clients')).toBe('clients');
  expect(pageOf('#/clients/0193-ab')).toBe('clients');
  expect(pageOf('#/sync?view=queue')).toBe('sync');
});

test('an address that is none of ours names no page', () => {
  for (const hash of ['', '#', '#/', '#clients', '#/Clients', '#/../etc', '#/<b>', '#//clients']) {
    expect(pageOf(hash), hash).toBe('');
  }
});

test('the address of a page leads back to it', () => {
  expect(pageOf(hrefOf('retention'))).toBe('retention');
});
