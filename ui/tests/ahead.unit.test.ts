import { expect, test, vi } from 'vitest';
import { Ahead } from '../src/lib/ahead';

test('the answer is given once, to the question that was asked', async () => {
  const ahead = new Ahead<{ text: string }, string>();
  const ask = vi.fn(async ({ text }: { text: string }) => `found ${text}`);
  await ahead.ask({ text: 'a' }, ask);
  await expect(ahead.take({ text: 'a' })).resolves.toBe('found a');
  expect(ahead.take({ text: 'a' })).toBeUndefined();
  await ahead.ask({ text: 'a' }, ask);
  expect(ahead.take({ text: 'b' })).toBeUndefined();
  expect(ahead.take({ text: 'a' })).toBeUndefined();
  expect(ask).toHaveBeenCalledTimes(2);
});

test('after a change it is an old answer', async () => {
  const ahead = new Ahead<string, string>();
  await ahead.ask('a', async () => 'old');
  ahead.forget();
  expect(ahead.take('a')).toBeUndefined();
});

test('that it failed is told to who takes the answer, and to nobody before', async () => {
  const ahead = new Ahead<string, string>();
  await ahead.ask('a', () => Promise.reject(new Error('gone')));
  await expect(ahead.take('a')).rejects.toThrow('gone');
});
