/** Before every test in the browser: the styles of the product, English, the address of no page, no messages. */
import { beforeEach } from 'vitest';
import { page } from 'vitest/browser';
import '../../src/styles/fonts.css';
import '../../src/styles/tokens.css';
import '../../src/styles/base.css';
import './page.css';
import { i18n } from '../../src/lib/i18n/index.svelte';
import { messages } from '../../src/lib/messages.svelte';

beforeEach(async () => {
  await page.viewport(1280, 800);
  // No motion: a test never waits for one, and axe never sees a colour halfway.
  document.documentElement.dataset.rendering = 'software';
  document.documentElement.dataset.theme = 'light';
  location.hash = '';
  for (const message of messages.shown) messages.dismiss(message.id);
  await i18n.use('en');
});
