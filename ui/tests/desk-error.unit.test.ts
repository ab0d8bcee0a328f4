import { expect, test } from 'vitest';
import { DeskError } from '../src/lib/desk-error';
import { createBrowserDesk, startFromAddress } from '../src/lib/browser-desk';

test('a failure of the desk keeps its code, its sentence and its details', () => {
  const error = DeskError.from({ code: 'year_sealed', message: 'Sealed.', details: { year: 2024 } });
  expect(error).toBeInstanceOf(DeskError);
  expect(error).toMatchObject({ code: 'year_sealed', message: 'Sealed.', details: { year: 2024 } });
  expect(DeskError.from({ code: 'a', message: 'b', details: null }).details).toBeNull();
});

test('anything else that is thrown is unexpected', () => {
  expect(DeskError.from('command not allowed')).toMatchObject({
    code: 'unexpected',
    message: 'command not allowed',
  });
  expect(DeskError.from(new Error('gone'))).toMatchObject({ code: 'unexpected', message: 'gone' });
  expect(DeskError.from({ code: 7, message: 'no' }).code).toBe('unexpected');
});

test('a DeskError stays itself', () => {
  const error = new DeskError('x', 'y');
  expect(DeskError.from(error)).toBe(error);
});

test('the desk in memory keeps an appearance, and hands out copies', async () => {
  const desk = createBrowserDesk({ language: 'nl' });
  const before = await desk.start();
  await desk.saveAppearance({ language: 'en', theme: 'dark', density: 'compact' });
  expect(await desk.start()).toMatchObject({ language: 'en', theme: 'dark', density: 'compact' });
  expect(before.language).toBe('nl');
});

test('an address asks for an appearance only in words that exist', () => {
  expect(startFromAddress('?language=nl&theme=dark&density=compact')).toEqual({
    language: 'nl',
    theme: 'dark',
    density: 'compact',
  });
  expect(startFromAddress('?language=C&theme=pink')).toEqual({});
});
