import { expect, test, vi } from 'vitest';
import { Asked } from '../src/lib/asked.svelte';
import { Paged } from '../src/lib/paged.svelte';

/** A promise with its ends in reach. */
function pending<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

test('of two questions the last one counts, whichever answer comes first', async () => {
  const asked = new Asked<string>();
  const [first, second] = [pending<string>(), pending<string>()];
  const both = [asked.ask(() => first.promise), asked.ask(() => second.promise)];
  second.resolve('second');
  first.resolve('first');
  await Promise.all(both);
  expect(asked.value).toBe('second');
  expect(asked.busy).toBe(false);
});

test('an answer that fails leaves the old one beside the reason', async () => {
  const asked = new Asked<string>();
  await asked.ask(async () => 'here');
  await asked.ask(() => Promise.reject({ code: 'gone', message: 'Gone.', details: null }));
  expect(asked.value).toBe('here');
  expect(asked.failure).toMatchObject({ code: 'gone', message: 'Gone.' });
  await asked.ask(async () => 'back');
  expect(asked.failure).toBeNull();
});

test('what was forgotten does not come back', async () => {
  const asked = new Asked<string>();
  const late = pending<string>();
  const asking = asked.ask(() => late.promise);
  asked.forget();
  late.resolve('late');
  await asking;
  expect(asked.value).toBeNull();
});

function rows(total: number, word = 'row') {
  return vi.fn(async ({ offset, limit }: { offset: number; limit: number }) => ({
    total,
    rows: Array.from(
      { length: Math.max(0, Math.min(limit, total - offset)) },
      (_, i) => `${word} ${offset + i}`,
    ),
  }));
}

test('the table changes when the first rows are there, which are asked for once', async () => {
  const paged = new Paged<string>();
  const before = paged.fetchBlock;
  const ask = rows(300);
  const asking = paged.ask(ask);
  expect(paged.fetchBlock).toBe(before);
  await asking;
  expect(paged.total).toBe(300);
  expect(paged.first).toHaveLength(128);
  expect(await paged.fetchBlock(128, 128)).toHaveLength(128);
  expect(ask.mock.calls.map(([slice]) => slice.offset)).toEqual([0, 128]);
});

test('the answer to an older question changes nothing', async () => {
  const paged = new Paged<string>();
  const slow = pending<{ total: number; rows: string[] }>();
  const old = paged.ask(() => slow.promise);
  await paged.ask(rows(7));
  slow.resolve({ total: 1, rows: ['old'] });
  await old;
  expect(paged.total).toBe(7);
});

test('a refresh asks anew and stays with the same question', async () => {
  const paged = new Paged<string>();
  let total = 0;
  await paged.ask(async ({ offset, limit }) => rows(total)({ offset, limit }));
  const source = paged.fetchBlock;
  total = 3;
  await paged.refresh();
  expect(paged.total).toBe(3);
  expect(paged.revision).toBe(1);
  expect(paged.fetchBlock).toBe(source);
  expect(await paged.fetchBlock(0, 128)).toEqual(['row 0', 'row 1', 'row 2']);
});
