import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromium } from './scripts/chromium.js';

export default defineConfig({
  plugins: [svelte()],
  // Named here because a dependency found halfway a run makes Vite reload the page under a test.
  optimizeDeps: {
    include: ['axe-core', 'bits-ui', 'svelte', '@tauri-apps/api/core', '@tauri-apps/api/event'],
  },
  test: {
    projects: [
      {
        extends: true,
        // css: the tests of the tokens read the stylesheet itself, which vitest otherwise empties.
        test: { name: 'unit', include: ['tests/**/*.unit.test.ts'], environment: 'node', css: true },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/**/*.browser.test.ts'],
          setupFiles: ['tests/support/page.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            viewport: { width: 1280, height: 800 },
            provider: playwright({ launchOptions: chromium }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
