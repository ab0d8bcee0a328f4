import { expect, test } from 'vitest';
import { hrefOf, placeOf } from '../src/lib/hash';

test('an address names its page, whatever follows', () => {
  expect(placeOf('#/clients').page).toBe('clients');
  expect(placeOf('#/clients/0193-ab').page).toBe('clients');
  expect(placeOf('#/sync?view=queue').page).toBe('sync');
});

test('an address that is none of ours names no page', () => {
  for (const hash of ['', '#', '#/', '#clients', '#/Clients', '#/../etc', '#/<b>', '#//clients']) {
    expect(placeOf(hash).page, hash).toBe('');
  }
});

test('the address of a page leads back to it', () => {
  expect(placeOf(hrefOf('retention')).page).toBe('retention');
});

test('an address may name a record and a part of it', () => {
  expect(placeOf('#/clients/0193-ab/history')).toEqual({ page: 'clients', id: '0193-ab', part: 'history' });
  expect(placeOf('#/clients/0193-ab')).toEqual({ page: 'clients', id: '0193-ab', part: '' });
  expect(placeOf('#/clients')).toEqual({ page: 'clients', id: '', part: '' });
  expect(placeOf('#/clients/%E0%A4%A')).toMatchObject({ id: '' });
  expect(placeOf(hrefOf('clients', 'a/b', 'c'))).toEqual({ page: 'clients', id: 'a/b', part: 'c' });
});
