/**
 * Takes pictures of the interface to look at: `npm run pictures -- FOLDER [NAME…]`. It serves the development version,
 * which has the gallery. With names, only pictures whose name contains one of them.
 */
import { mkdir } from 'node:fs/promises';
import { chromium as browserType } from 'playwright-core';
import { createServer } from 'vite';
import { chromium } from './chromium.js';

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) throw new Error('Say in which folder the pictures go.');

const sizes = { wide: [1280, 800], small: [800, 600], phone: [390, 844] };

/** A client of the desk in memory that has every kind of value. */
const client = '01937001-0000-7000-8000-000000000008';

/** What stands in the address, before and behind the hash. */
const pages = {
  clients: ['', 'clients'],
  dossier: ['', `clients/${client}`],
  edit: ['', `clients/${client}`],
  why: ['', `clients/${client}`],
  documents: ['', `clients/${client}/documents`],
  kept: ['', `clients/${client}/documents`],
  originals: ['', `clients/${client}/documents`],
  privacy: ['', `clients/${client}/privacy`],
  history: ['', `clients/${client}/history`],
  bookings: ['', 'bookings'],
  retention: ['', 'retention'],
  sync: ['', 'sync'],
  move: ['', 'sync'],
  paused: ['&sync=paused', 'sync'],
  first: ['&sync=running', 'sync'],
  failed: ['&sync=failed', 'sync'],
  putback: ['&sync=failed&problem=hub_put_back', 'sync'],
  settings: ['', 'settings'],
  unsafe: ['&safe=no', 'settings'],
  kit: ['&safe=no', 'settings'],
  sheet: ['', 'settings'],
  readback: ['', 'settings'],
  passphrase: ['', 'settings'],
  join: ['&opening=not_joined&keyring=no', ''],
  locked: ['&opening=locked', ''],
  recover: ['&opening=locked', ''],
  none: ['&clients=0', 'clients'],
  palette: ['', 'clients'],
  shortcuts: ['', 'settings'],
  menu: ['', 'bookings'],
};

const gallery = ['Controls', 'Inputs', 'States', 'Data'];

/** What a button of the gallery opens. */
const opened = {
  dialog: ['Open dialog'],
  question: ['Ask before erasing'],
  refusal: ['Ask and refuse', 'Post invoice'],
  popover: ['Why is this kept?'],
  messages: ['Show message', 'Show error message'],
};

/** The second button of the dialog that is open: the one that goes on. */
async function goOn(page) {
  await page.locator('[role="dialog"] footer button').last().click();
}

async function prepare(page, name) {
  if (['kit', 'sheet', 'readback', 'passphrase'].includes(name)) {
    const buttons = page.locator('section ul + .actions button');
    await buttons.nth(name === 'passphrase' ? 1 : 0).click();
    await page.getByRole('dialog').waitFor();
  }
  if (['sheet', 'readback'].includes(name)) {
    await goOn(page);
    await page.locator('[role="dialog"] .out button').last().click();
    await page.locator('[role="dialog"] p[role="status"]').waitFor();
  }
  if (name === 'readback') await goOn(page);
  if (name === 'recover') await page.locator('form button').first().click();
  if (name === 'palette') await page.keyboard.press('Control+k');
  if (name === 'edit') await page.locator('#dossier-edit').click();
  if (name === 'why') await page.locator('[data-field="email"] button').click();
  if (name === 'kept') await page.locator('[role="gridcell"] button:not(.originals)').first().click();
  if (name === 'originals') await page.locator('[role="gridcell"] button.originals').first().click();
  if (name === 'move') await page.locator('[data-clash] button').first().click();
  if (name === 'shortcuts') await page.keyboard.press('?');
  if (name === 'menu') await page.locator('header button').first().click();
  if (['why', 'kept', 'originals', 'move', 'palette', 'shortcuts', 'menu'].includes(name))
    await page.getByRole('dialog').waitFor();
}

function asked(name) {
  return wanted.length === 0 || wanted.some((part) => name.includes(part));
}

await mkdir(folder, { recursive: true });
const server = await createServer({ server: { port: 0, host: '127.0.0.1' }, logLevel: 'error' });
await server.listen();
const address = `http://127.0.0.1:${server.httpServer.address().port}`;
const browser = await browserType.launch(chromium);
try {
  // Reduced motion, so that no picture is taken halfway a movement.
  const page = await browser.newPage({ reducedMotion: 'reduce' });
  page.setDefaultTimeout(30_000);
  async function shoot(name) {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: `${folder}/${name}.png` });
  }
  for (const [size, [width, height]] of Object.entries(sizes)) {
    await page.setViewportSize({ width, height });
    for (const theme of ['light', 'dark']) {
      for (const language of ['en', 'nl']) {
        for (const [name, [wish, route]] of Object.entries(pages)) {
          const picture = `${name}-${size}-${theme}-${language}`;
          if (!asked(picture) || (name === 'menu' && size !== 'phone')) continue;
          await page.goto('about:blank');
          await page.goto(`${address}/?language=${language}&theme=${theme}${wish}#/${route}`);
          await page.locator('main :is(h2, p, dl, [role="row"]):visible').first().waitFor();
          await prepare(page, name);
          await shoot(picture);
        }
      }
    }
    for (const theme of ['light', 'dark']) {
      for (const [name, buttons] of Object.entries(opened)) {
        const picture = `gallery-${name}-${size}-${theme}`;
        if (!asked(picture)) continue;
        await page.goto('about:blank');
        await page.goto(`${address}/?language=en&theme=${theme}#/gallery`);
        // By keyboard, so that the focus shows and a message in front is no obstacle.
        for (const button of buttons) {
          await page.getByRole('button', { name: button, exact: true }).last().press('Enter');
        }
        await shoot(picture);
      }
    }
    for (const part of gallery) {
      const picture = `gallery-${part.toLowerCase()}-${size}`;
      if (!asked(picture)) continue;
      await page.goto('about:blank');
      await page.goto(`${address}/?language=en&theme=light#/gallery`);
      await page.getByRole('radio', { name: part }).check();
      await page.setViewportSize({ width, height: size === 'wide' ? 1000 : height });
      await shoot(picture);
      await page.setViewportSize({ width, height });
    }
  }
} finally {
  await browser.close();
  await server.close();
}
