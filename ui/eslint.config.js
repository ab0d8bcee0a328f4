import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const storage = 'localStorage|sessionStorage|indexedDB|cookieStore|caches';
const noStorage = 'The web view stores nothing: keep it in the encrypted store, through the desk.';
const noTauri = 'Only src/lib/desk.ts knows that Tauri exists.';

/** What the product forbids everywhere; each line is a promise to the user or a rule of the content security policy. */
const forbidden = [
  {
    selector: "SvelteAttribute[key.name='style']",
    message: 'The content security policy blocks static style attributes: use a class or style:property.',
  },
  { selector: `MemberExpression[property.name=/^(${storage})$/]`, message: noStorage },
  { selector: `MemberExpression[property.value=/^(${storage}|cookie)$/]`, message: noStorage },
  { selector: `ObjectPattern > Property[key.name=/^(${storage}|cookie)$/]`, message: noStorage },
  { selector: "MemberExpression[property.name='cookie']", message: noStorage },
];

const tauriImports = [
  { selector: 'ImportDeclaration[source.value=/^@tauri-apps/]', message: noTauri },
  { selector: 'ImportExpression[source.value=/^@tauri-apps/]', message: noTauri },
  { selector: 'ExportNamedDeclaration[source.value=/^@tauri-apps/]', message: noTauri },
  { selector: 'ExportAllDeclaration[source.value=/^@tauri-apps/]', message: noTauri },
];

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/lib/generated/'] },
  ts.configs.recommended,
  svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
  },
  {
    rules: {
      'no-restricted-syntax': ['error', ...forbidden, ...tauriImports],
      'no-restricted-globals': [
        'error',
        ...storage.split('|').map((name) => ({ name, message: noStorage })),
        { name: 'navigator', message: 'Locale and platform come from the desk: see src/lib/platform.ts.' },
      ],
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/lib/desk.ts'],
    rules: { 'no-restricted-syntax': ['error', ...forbidden] },
  },
  { files: ['src/lib/platform.ts'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['scripts/**'], rules: { 'no-console': 'off' } },
);
