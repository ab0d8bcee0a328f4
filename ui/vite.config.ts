import { svelte } from '@sveltejs/vite-plugin-svelte';
import { resolve } from 'node:path';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

/**
 * Writes every stylesheet link before the first script.
 *
 * WebKit runs module scripts before the stylesheet has loaded (WebKit bug 209261) and Vite writes the link after
 * the script. A virtual table that measures an unstyled page asks for all its rows at once. A classic script placed
 * after the links does wait for them, and modules run after that script: so links, then theme.js, then the module.
 */
const cssFirst: Plugin = {
  name: 'css-first',
  enforce: 'post',
  transformIndexHtml: {
    order: 'post',
    handler(html) {
      const links = html.match(/\s*<link rel="stylesheet"[^>]*>/g) ?? [];
      const rest = links.reduce((page, link) => page.replace(link, ''), html);
      const block = links.map((link) => link.trim()).join('\n    ');
      return block ? rest.replace(/<script /, `${block}\n    <script `) : rest;
    },
  },
};

/** What the window shows first: the program itself and the page that opens. */
const opening = ['src/main.ts', 'src/pages/Clients.svelte'].map((path) => resolve(import.meta.dirname, path));

/**
 * The modules without which the first page does not stand go into one file. In a web view that has just started, each
 * file costs milliseconds, and left alone they would be thirty.
 */
function first(): Rolldown.CodeSplittingNameFunction {
  let needed: Set<string> | undefined;
  return (id, graph) => {
    if (!needed) {
      needed = new Set(opening);
      // What is added while going through it is gone through as well.
      for (const module of needed) {
        for (const imported of graph.getModuleInfo(module)?.importedIds ?? []) needed.add(imported);
      }
    }
    return needed.has(id) ? 'first' : null;
  };
}

export default defineConfig({
  // Relative, so that the pages work under tauri:// and under any folder of a plain server.
  base: './',
  plugins: [svelte(), cssFirst],
  build: {
    target: 'safari17',
    modulePreload: { polyfill: false },
    // Nothing inline: fonts and pictures come from 'self', as the content security policy asks.
    assetsInlineLimit: 0,
    // One stylesheet: a page that came later would wait for each of its own.
    cssCodeSplit: false,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: first(), debugName: 'first' }] } },
    },
  },
});
