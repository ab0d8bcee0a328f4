import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

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

export default defineConfig({
  // Relative, so that the pages work under tauri:// and under any folder of a plain server.
  base: './',
  plugins: [svelte(), cssFirst],
  build: {
    target: 'safari17',
    modulePreload: { polyfill: false },
    // Nothing inline: fonts and pictures come from 'self', as the content security policy asks.
    assetsInlineLimit: 0,
  },
});
