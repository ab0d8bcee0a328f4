import { expect, test } from 'vitest';
import en from '../src/lib/i18n/en';
import nl from '../src/lib/i18n/nl';

/** Every text by its path, with the number of its arguments. */
function shape(node: unknown, path = ''): string[] {
  if (typeof node === 'function') return [`${path}(${node.length})`];
  if (typeof node !== 'object' || node === null) return [path];
  return Object.entries(node).flatMap(([key, child]) => shape(child, `${path}/${key}`));
}

/** Every text itself, with its functions called. */
function texts(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (typeof node === 'function') {
    return [0, 1, 2].map((count) => String(node(count, 'x', 'x')));
  }
  return Object.values(node as object).flatMap(texts);
}

test('both languages have the same texts, with the same number of arguments', () => {
  expect(shape(nl)).toEqual(shape(en));
});

test('no text is empty, padded or unfinished', () => {
  for (const text of [...texts(en), ...texts(nl)]) {
    expect(text.trim(), JSON.stringify(text)).toBe(text);
    expect(text).not.toBe('');
    expect(text).not.toMatch(/undefined|\[object|TODO/);
  }
});

test('the languages are not the same text twice', () => {
  const same = texts(en).filter((text, i) => text === texts(nl)[i]);
  expect(same.length / texts(en).length).toBeLessThan(0.2);
});
