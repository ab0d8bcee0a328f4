import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { createBrowserDesk } from '../src/lib/browser-desk';
import type { Imported } from '../src/lib/generated/Imported';
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
  await page.getByTestId('chosen-file').upload(file);
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
  await page.getByTestId('chosen-file').upload(good);
  await start(2).click();
  const bar = page.getByRole('progressbar', { name: 'Importing clients' });
  await expect.element(bar).toHaveAttribute('aria-valuetext', '33%');
});

test('a dialog that is closed while an import runs says afterwards what became of it', async () => {
  const desk = createBrowserDesk();
  let end: (imported: Imported) => void = () => {};
  const importClients = () => new Promise<Imported>((resolve) => (end = resolve));
  await openWindow('clients', { desk: { ...desk, importClients } });
  await page.getByRole('button', { name: 'Import…' }).click();
  const good = new File(['Achternaam\nSmit\nBos'], 'goed.csv');
  await page.getByTestId('chosen-file').upload(good);
  await start(2).click();
  await expect.element(dialog.getByText('The import goes on when you close this window.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect.element(dialog).not.toBeInTheDocument();
  end({ rows: 2, imported: 2, rejected_count: 0, rejected: [], rejected_file: null });
  await expect.element(page.getByText('2 clients imported.')).toBeVisible();
});

test('the wrong rows are saved without importing anything', async () => {
  const { importClients } = await choose();
  await dialog.getByRole('button', { name: 'Save rejected rows' }).click();
  await expect.element(dialog.getByText(/Saved in .*relaties\.csv-rejected\.csv/)).toBeVisible();
  expect(importClients).not.toHaveBeenCalled();
  expect(await faults()).toEqual([]);
});

test('a file that is too large is not read', async () => {
  const { previewImport } = await choose();
  previewImport.mockClear();
  const large = new File(['Achternaam'], 'alles.csv');
  Object.defineProperty(large, 'size', { value: 2 ** 31 });
  const input = page.getByTestId('chosen-file').element() as HTMLInputElement;
  Object.defineProperty(input, 'files', { value: [large], configurable: true });
  input.dispatchEvent(new Event('change', { bubbles: true }));
  await expect.element(dialog.getByText(/alles\.csv is larger than 512 MB/)).toBeVisible();
  expect(previewImport).not.toHaveBeenCalled();
});
