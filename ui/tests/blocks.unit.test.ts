import { expect, test, vi } from 'vitest';
import { Blocks } from '../src/lib/grid/blocks';

type Question = { offset: number; resolve: (rows: number[]) => void; reject: () => void };

/** A source whose answers come when the test says so. */
function source() {
  const questions: Question[] = [];
  const fetch = (offset: number, count: number) =>
    new Promise<number[]>((resolve, reject) => {
      questions.push({
        offset,
        resolve: (rows) => resolve(rows),
        reject: () => reject(new Error(`no rows at ${offset} for ${count}`)),
      });
    });
  return { questions, fetch };
}

function numbers(from: number): number[] {
  return Array.from({ length: 128 }, (_, i) => from + i);
}

/** Lets answers that have been given arrive. */
async function arrive(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

test('rows come in blocks and are told of once they are there', async () => {
  const { questions, fetch } = source();
  const changed = vi.fn();
  const blocks = new Blocks<number>(fetch, changed);
  blocks.want(120, 140);
  expect(questions.map((q) => q.offset)).toEqual([0, 128]);
  expect(blocks.row(130)).toBeUndefined();
  expect(blocks.loading).toBe(true);

  changed.mockClear();
  questions[1]?.resolve(numbers(128));
  await arrive();
  expect(changed).toHaveBeenCalled();
  expect(blocks.row(130)).toBe(130);
  expect(blocks.loading).toBe(true);
  questions[0]?.resolve(numbers(0));
  await arrive();
  expect(blocks.loading).toBe(false);
});

test('rows that are at hand are not asked for, until they may have changed', async () => {
  const { questions, fetch } = source();
  const blocks = new Blocks<number>(fetch, () => {}, numbers(0));
  blocks.want(0, 30);
  expect(questions).toHaveLength(0);
  expect(blocks.loading).toBe(false);
  expect(blocks.row(127)).toBe(127);
  blocks.refresh();
  expect(questions.map((q) => q.offset)).toEqual([0]);
  expect(blocks.row(0)).toBe(0);
});

test('a fling asks for where it ends, not for all it passed', async () => {
  const { questions, fetch } = source();
  const blocks = new Blocks<number>(fetch, () => {});
  for (let first = 0; first < 1_000_000; first += 1000) blocks.want(first, first + 30);
  expect(questions).toHaveLength(2);
  for (const question of [...questions]) question.resolve(numbers(question.offset));
  await arrive();
  expect(questions.slice(2).map((q) => q.offset)).toEqual([999_000 - (999_000 % 128)]);
});

test('a failure stops the questions until someone tries again', async () => {
  const { questions, fetch } = source();
  const blocks = new Blocks<number>(fetch, () => {});
  blocks.want(0, 10);
  questions[0]?.reject();
  await arrive();
  expect(blocks.failed).toBe(true);
  blocks.want(500, 510);
  expect(questions).toHaveLength(1);

  blocks.retry();
  expect(blocks.failed).toBe(false);
  expect(questions.at(-1)?.offset).toBe(384);
});

test('a refresh keeps the old rows until the new ones are there', async () => {
  const { questions, fetch } = source();
  const blocks = new Blocks<number>(fetch, () => {});
  blocks.want(0, 10);
  questions[0]?.resolve(numbers(0));
  await arrive();
  blocks.refresh();
  expect(blocks.row(3)).toBe(3);
  questions[1]?.resolve(numbers(1000));
  await arrive();
  expect(blocks.row(3)).toBe(1003);
});

test('an answer from before a refresh does not count', async () => {
  const { questions, fetch } = source();
  const blocks = new Blocks<number>(fetch, () => {});
  blocks.want(0, 10);
  blocks.refresh();
  questions[1]?.resolve(numbers(1000));
  await arrive();
  questions[0]?.resolve(numbers(0));
  await arrive();
  expect(blocks.row(0)).toBe(1000);
});

test('what is far away is forgotten and asked for again', async () => {
  const { questions, fetch } = source();
  const blocks = new Blocks<number>(fetch, () => {});
  for (let block = 0; block < 60; block++) {
    blocks.want(block * 128, block * 128 + 10);
    questions.at(-1)?.resolve(numbers(block * 128));
    await arrive();
  }
  expect(blocks.row(0)).toBeUndefined();
  expect(blocks.row(59 * 128)).toBe(59 * 128);
  blocks.want(0, 10);
  expect(questions.at(-1)?.offset).toBe(0);
});

test('a closed source asks and tells nothing more', async () => {
  const { questions, fetch } = source();
  const changed = vi.fn();
  const blocks = new Blocks<number>(fetch, changed);
  blocks.want(0, 10);
  blocks.close();
  changed.mockClear();
  questions[0]?.resolve(numbers(0));
  await arrive();
  expect(changed).not.toHaveBeenCalled();
});
