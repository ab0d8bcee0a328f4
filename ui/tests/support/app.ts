import { render } from 'vitest-browser-svelte';
import App from '../../src/App.svelte';
import { appearance } from '../../src/lib/appearance.svelte';
import type { Desk } from '../../src/lib/desk';
import { createBrowserDesk } from '../../src/lib/browser-desk';
import type { BrowserOptions } from '../../src/lib/browser-desk/address';
import type { Start } from '../../src/lib/generated/Start';

/** Opens the whole window on a page, over a desk in memory. */
export async function openWindow(
  page: string,
  options: { start?: Partial<Start>; desk?: Partial<Desk>; browser?: Partial<BrowserOptions> } = {},
): Promise<Desk> {
  const desk: Desk = {
    ...createBrowserDesk({ theme: 'light', ...options.start }, options.browser),
    ...options.desk,
  };
  location.hash = `#/${page}`;
  const start = await desk.start();
  await appearance.begin(desk, start);
  await render(App, { desk, start });
  return desk;
}
