import { afterEach, expect, test, vi } from 'vitest';
import { openDesk } from '../src/lib/desk';
import { DeskError } from '../src/lib/desk-error';
import type { Appearance } from '../src/lib/generated/Appearance';

const appearance: Appearance = { language: 'nl', theme: 'dark', density: 'compact' };

/** Puts the program's side of the window in place, as Tauri does before a page loads. */
function insideTheProgram(invoke: (command: string, args?: unknown, options?: unknown) => Promise<unknown>) {
  const spy = vi.fn(invoke);
  Object.assign(window, { __TAURI_INTERNALS__: { invoke: spy } });
  return spy;
}

afterEach(() => {
  Reflect.deleteProperty(window, '__TAURI_INTERNALS__');
});

test('inside the program every call is the command of that name', async () => {
  const invoke = insideTheProgram(async (command) => (command === 'start' ? { version: '9' } : appearance));
  const desk = await openDesk();
  expect(await desk.start()).toEqual({ version: '9' });
  expect(await desk.saveAppearance(appearance)).toEqual(appearance);
  expect(invoke.mock.calls.map(([command]) => command)).toEqual(['start', 'save_appearance']);
  expect(invoke.mock.calls[1]?.[1]).toEqual({ appearance });
});

test('a refusal of the program arrives as a DeskError', async () => {
  insideTheProgram(() =>
    Promise.reject({ code: 'damaged_settings', message: 'Cannot be read.', details: null }),
  );
  const desk = await openDesk();
  const refusal = await desk.start().catch((thrown: unknown) => thrown);
  expect(refusal).toBeInstanceOf(DeskError);
  expect(refusal).toMatchObject({ code: 'damaged_settings', message: 'Cannot be read.' });
});

test('in a browser the desk is the one in memory', async () => {
  const desk = await openDesk();
  await desk.saveAppearance(appearance);
  expect(await desk.start()).toMatchObject(appearance);
});

test('what is asked travels as the program expects it', async () => {
  const invoke = insideTheProgram(async () => null);
  const desk = await openDesk();
  await desk.client('x', 'nl');
  await desk.setClient('x', { phone: null });
  await desk.history('client', 'x', 'en');
  await desk.explain({ class: 'client', id: 'x', field: null, language: 'en' });
  await desk.documents({ text: '', client: 'x', offset: 0, limit: 10 });
  await desk.resolveConflict('c', 'mine');
  expect(invoke.mock.calls.map(([command, args]) => [command, args])).toEqual([
    ['client', { id: 'x', language: 'nl' }],
    ['set_client', { id: 'x', values: { phone: null } }],
    ['history', { class: 'client', id: 'x', language: 'en' }],
    ['explain', { request: { class: 'client', id: 'x', field: null, language: 'en' } }],
    ['documents', { query: { text: '', client: 'x', offset: 0, limit: 10 } }],
    ['resolve_conflict', { id: 'c', keep: 'mine' }],
  ]);
});

test('a file travels as its bytes, with the rest in a header', async () => {
  const invoke = insideTheProgram(async () => null);
  const desk = await openDesk();
  const file = new File(['é'], 'naïef.csv');
  await desk.previewImport({ file, mapping: { a: null }, language: 'nl' });
  const [command, body, options] = invoke.mock.calls[0] as [
    string,
    Uint8Array,
    { headers: Record<string, string> },
  ];
  expect(command).toBe('preview_import');
  expect([...body]).toEqual([0xc3, 0xa9]);
  const asked: unknown = JSON.parse(decodeURIComponent(options.headers['x-request'] ?? ''));
  expect(asked).toEqual({ name: 'naïef.csv', mapping: { a: null }, language: 'nl' });
});
