/**
 * Walks through the built interface under the content security policy of the window and fails on a violation, an
 * error, a request that leaves the origin, anything stored by the web view, or a trace of the gallery.
 */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium as browserType } from 'playwright-core';
import { chromium } from './chromium.js';
import { serve } from './serve.js';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const faults = [];

/** A client of the desk in memory that has every kind of value. */
const client = '01937001-0000-7000-8000-000000000008';

async function checkFiles() {
  for (const name of await readdir(dist, { recursive: true })) {
    if (!/\.(js|css|html)$/.test(name)) continue;
    const text = await readFile(`${dist}/${name}`, 'utf8');
    if (/gallery/i.test(text) || /gallery/i.test(name)) faults.push(`${name} holds the gallery`);
  }
  const html = await readFile(`${dist}/index.html`, 'utf8');
  const lastStylesheet = html.lastIndexOf('rel="stylesheet"');
  if (lastStylesheet < 0) faults.push('index.html links no stylesheet');
  if (lastStylesheet > html.indexOf('<script')) faults.push('index.html has a script before a stylesheet');
  if (/<script(?![^>]*\bsrc=)/.test(html)) faults.push('index.html has an inline script');
}

/** Everything that opens, so that every kind of component has been drawn once. */
async function walk(page, address, { language, theme, viewport }) {
  await page.setViewportSize(viewport);
  await page.goto(`${address}/?language=${language}&theme=${theme}`);
  const narrow = viewport.width <= 720;
  for (const opening of ['not_joined', 'locked']) {
    await page.goto(`${address}/?language=${language}&theme=${theme}&opening=${opening}`);
    await page.locator('main form').waitFor();
  }
  const dossier = ['', 'bookings', 'documents', 'privacy', 'history'].map(
    (part) => `clients/${client}/${part}`,
  );
  for (const route of [...dossier, 'bookings', 'retention', 'sync', 'settings', 'nothing-here', 'clients']) {
    await page.goto(`${address}/?language=${language}&theme=${theme}#/${route}`);
    await page.locator('main :is(h2, p, dl, [role="grid"]):visible').first().waitFor();
  }
  // A popover, a form, a dialog with a table.
  await page.goto(`${address}/?language=${language}&theme=${theme}#/clients/${client}`);
  await page.locator('[data-field="email"] button').click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#dossier-edit').click();
  await page.locator('main form').waitFor();
  await page.keyboard.press('Escape');
  await page.goto(`${address}/?language=${language}&theme=${theme}#/clients`);
  await page.locator('main [role="grid"]:visible').waitFor();
  await page.locator('.toolbar .end button').last().click();
  const file = { name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('E-mail;Achternaam\nx;Smit\n') };
  await page.getByTestId('chosen-file').setInputFiles(file);
  await page.getByRole('checkbox').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  if (narrow) {
    await page.locator('header button[aria-haspopup="dialog"]').first().click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('nederlands');
  await page.keyboard.press('Enter');
  await page.locator('html[lang="nl"]').waitFor();
}

async function checkInBrowser() {
  const { address, stop } = await serve(dist);
  const browser = await browserType.launch(chromium);
  try {
    const context = await browser.newContext();
    await context.exposeFunction('reportViolation', (text) => faults.push(`policy: ${text}`));
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) =>
        globalThis.reportViolation(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`),
      );
    });
    const page = await context.newPage();
    page.setDefaultTimeout(5000);
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(address)) faults.push(`request to ${request.url()}`);
    });
    await walk(page, address, { language: 'en', theme: 'light', viewport: { width: 1280, height: 800 } });
    await walk(page, address, { language: 'nl', theme: 'dark', viewport: { width: 360, height: 640 } });
    const { cookies, origins } = await context.storageState({ indexedDB: true });
    if (cookies.length || origins.length) faults.push('the web view stored something');
  } finally {
    await browser.close();
    await stop();
  }
}

await checkFiles();
await checkInBrowser();
if (faults.length) {
  console.error([...new Set(faults)].join('\n'));
  process.exit(1);
}
console.log('The built interface keeps to the policy, stores nothing and asks nothing elsewhere.');
