import { ESLint } from 'eslint';
import { expect, test, vi } from 'vitest';

// The first text loads the whole linter, which takes a while on a machine that also compiles.
vi.setConfig({ testTimeout: 60_000 });

const eslint = new ESLint();

/** The rules that a text breaks when it stands in a file of this name. */
async function broken(text: string, filePath = 'src/pages/Sample.ts'): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(text, { filePath });
  return (result?.messages ?? []).map((message) => message.ruleId);
}

test.each([
  'localStorage.clear();',
  'window.sessionStorage.clear();',
  "globalThis['indexedDB'].open('x');",
  'export const { localStorage: kept } = window;',
  'document.cookie = "a=b";',
  "document['cookie'] = 'a=b';",
  'void caches.keys();',
])('nothing is stored by the web view: %s', async (text) => {
  expect(await broken(text)).toEqual([expect.stringMatching(/^no-restricted-(syntax|globals)$/)]);
});

test.each([
  "import { invoke } from '@tauri-apps/api/core';\nvoid invoke('x');",
  "void import('@tauri-apps/api/event');",
  "export { invoke } from '@tauri-apps/api/core';",
  "export * from '@tauri-apps/api/core';",
])('only desk.ts knows Tauri: %s', async (text) => {
  expect(await broken(text)).toEqual(['no-restricted-syntax']);
  expect(await broken(text, 'src/lib/desk.ts')).toEqual([]);
});

test('desk.ts may store no more than the others', async () => {
  expect(await broken('window.localStorage.clear();', 'src/lib/desk.ts')).toEqual(['no-restricted-syntax']);
});

test('the content security policy is kept by the markup', async () => {
  const file = 'src/pages/Sample.svelte';
  expect(await broken('<p style="color: red">x</p>', file)).toEqual(['no-restricted-syntax']);
  expect(await broken('<p style:color="red">x</p>', file)).toEqual([]);
  expect(await broken("{@html '<b>x</b>'}", file)).toEqual(['svelte/no-at-html-tags']);
});

test('any and the language of the browser are refused', async () => {
  expect(await broken('export const x: any = 1;')).toEqual(['@typescript-eslint/no-explicit-any']);
  expect(await broken('export const x = navigator.language;')).toEqual(['no-restricted-globals']);
});
