import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { createBrowserDesk } from '../src/lib/browser-desk';
import { openWindow } from './support/app';
import { faults } from './support/axe';

const text = [
  'Voornaam;Achternaam;E-mail;Bijnaam',
  'Zoë;Öztürk;zoe@voorbeeld.nl;Zo',
  'Joris;Smit;geen adres;Jo',
  'Piet;de Wit;piet@voorbeeld.nl;',
].join('\n');
const file = new File([text], 'relaties.csv', { type: 'text/csv' });

const dialog = page.getByRole('dialog', { name: 'Import clients' });
const start = (count: number) => page.getByRole('button', { name: `Import ${count} clients` });

async function choose() {
  const desk = createBrowserDesk();
  const previewImport = vi.fn(desk.previewImport);
  const importClients = vi.fn(desk.importClients);
  await openWindow('clients', { desk: { ...desk, previewImport, importClients } });
  await page.getByRole('button', { name: 'Import…' }).click();
  await expect.element(dialog).toBeVisible();
  expect(await faults()).toEqual([]);
  await page.getByTestId('import-file').upload(file);
  await expect.element(dialog.getByText('semicolon')).toBeVisible();
  return { previewImport, importClients };
}

test('the mapping starts as the desk guesses it, and a choice reads the file again', async () => {
  const { previewImport } = await choose();
  expect(previewImport.mock.lastCall?.[0]).toMatchObject({ mapping: null, language: 'en' });
  expect(previewImport.mock.lastCall?.[0].file.name).toBe('relaties.csv');
  const given = page.getByRole('combobox', { name: 'What “Voornaam” becomes' });
  const nickname = page.getByRole('combobox', { name: 'What “Bijnaam” becomes' });
  await expect.element(given).toHaveValue('given_name');
  await expect.element(nickname).toHaveValue('');
  await expect.element(dialog.getByText('Zo · Jo')).toBeVisible();
  expect(await faults()).toEqual([]);
  await nickname.selectOptions('Note');
  await expect
    .poll(() => previewImport.mock.lastCall?.[0].mapping)
    .toEqual({ Voornaam: 'given_name', Achternaam: 'family_name', 'E-mail': 'email', Bijnaam: 'note' });
  await expect.element(nickname).toHaveValue('note');
});

test('one wrong row stops everything, unless only the good ones are wanted', async () => {
  const { importClients } = await choose();
  await expect
    .element(dialog.getByRole('row', { name: '3 E-mail geen adres is not an e-mail address' }))
    .toBeVisible();
  await expect.element(start(2)).toBeDisabled();
  await page.getByRole('checkbox', { name: 'Only the good rows' }).click();
  await start(2).click();
  await expect.element(dialog.getByText('2 clients imported')).toBeVisible();
  await expect.element(dialog.getByText(/1 row was left out\..*relaties\.csv-rejected\.csv/s)).toBeVisible();
  expect(importClients.mock.lastCall?.[0]).toMatchObject({ goodOnly: true, mapping: null });
  expect(await faults()).toEqual([]);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect.element(page.getByTestId('client-count')).toHaveTextContent('1,206 clients');
});

test('leaving the wrong column out makes every row good', async () => {
  const { importClients } = await choose();
  await page.getByRole('combobox', { name: 'What “E-mail” becomes' }).selectOptions('Leave out');
  await expect.element(dialog.getByText('All rows can be imported.')).toBeVisible();
  await start(3).click();
  await expect.element(dialog.getByText('3 clients imported')).toBeVisible();
  expect(importClients.mock.lastCall?.[0]).toMatchObject({ goodOnly: false, mapping: { 'E-mail': null } });
});

test('a running import says how far it is', async () => {
  const desk = createBrowserDesk();
  await openWindow('clients', {
    desk: {
      ...desk,
      importClients: (_request, progress) => {
        progress(40, 120);
        return new Promise(() => {});
      },
    },
  });
  await page.getByRole('button', { name: 'Import…' }).click();
  const good = new File(['Achternaam\nSmit\nBos'], 'goed.csv');
  await page.getByTestId('import-file').upload(good);
  await start(2).click();
  const bar = page.getByRole('progressbar', { name: 'Importing clients' });
  await expect.element(bar).toHaveAttribute('aria-valuetext', '40 of 120 rows');
});
