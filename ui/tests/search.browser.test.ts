import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { DeskError } from '../src/lib/desk-error';
import type { Hit } from '../src/lib/generated/Hit';
import { openWindow } from './support/app';
import { faults } from './support/axe';

const input = page.getByRole('dialog').getByRole('combobox');
const client = '01937001-0000-7000-8000-000000000008';

function hit(title: string, recordClass = 'client'): Hit {
  return { class: recordClass, id: client, title, detail: 'C-0008', client };
}

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

async function openPalette(search: (text: string, limit: number) => Promise<Hit[]>): Promise<void> {
  await openWindow('settings', { desk: { search } });
  await expect.element(page.getByRole('radio', { name: 'Dark' })).toBeInTheDocument();
  await userEvent.keyboard('{Control>}k{/Control}');
  await expect.element(input).toHaveFocus();
}

test('typing asks once it pauses, and of two answers the last question counts', async () => {
  const answers = new Map<string, (hits: Hit[]) => void>();
  const search = vi.fn((text: string) => new Promise<Hit[]>((resolve) => answers.set(text, resolve)));
  await openPalette(search);
  await userEvent.keyboard('vis');
  expect(search).not.toHaveBeenCalled();
  vi.advanceTimersByTime(120);
  expect(search).toHaveBeenCalledExactlyOnceWith('vis', 20);
  await userEvent.keyboard('ser');
  vi.advanceTimersByTime(120);
  expect(search).toHaveBeenLastCalledWith('visser', 20);
  answers.get('visser')?.([hit('Anna Visser')]);
  await expect.element(page.getByRole('option', { name: /Anna Visser/ })).toBeVisible();
  answers.get('vis')?.([hit('Old Answer')]);
  await expect.element(page.getByRole('option', { name: /Anna Visser/ })).toBeVisible();
  await expect.element(page.getByText('Old Answer')).not.toBeInTheDocument();
});

test('that nothing is found is said when it was looked for, not while somebody types', async () => {
  let answer!: (hits: Hit[]) => void;
  await openPalette(() => new Promise<Hit[]>((resolve) => (answer = resolve)));
  const nothing = page.getByRole('dialog').getByText('Nothing found for “vis”').first();
  await userEvent.keyboard('vis');
  await expect.element(page.getByText('Searching…')).toBeVisible();
  await expect.element(nothing).not.toBeInTheDocument();
  vi.advanceTimersByTime(120);
  await expect.element(nothing).not.toBeInTheDocument();
  answer([]);
  await expect.element(nothing).toBeVisible();
});

test('Enter opens what was typed, not what was found for fewer letters', async () => {
  const answers = new Map<string, (hits: Hit[]) => void>();
  await openPalette((text) => new Promise<Hit[]>((resolve) => answers.set(text, resolve)));
  await userEvent.keyboard('vis');
  vi.advanceTimersByTime(120);
  answers.get('vis')?.([{ ...hit('Visgraat'), client: '01937001-0000-7000-8000-000000000003' }]);
  await expect.element(page.getByRole('option', { name: /Visgraat/ })).toBeVisible();
  await userEvent.keyboard('ser{Enter}');
  expect(location.hash).toBe('#/settings');
  await expect.poll(() => answers.has('visser')).toBe(true);
  answers.get('visser')?.([hit('Anna Visser')]);
  vi.useRealTimers();
  await expect.poll(() => location.hash).toBe(`#/clients/${client}`);
});

test('what is found stands in groups; Enter opens the client, or the part of the dossier', async () => {
  await openPalette(async () => [hit('Café Yılmaz'), hit('B-00042', 'booking')]);
  await userEvent.keyboard('yil');
  vi.advanceTimersByTime(120);
  const found = page.getByRole('group', { name: 'Bookings' }).getByRole('option', { name: /B-00042/ });
  await expect.element(found).toBeVisible();
  vi.useRealTimers();
  expect(await faults()).toEqual([]);
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await expect.poll(() => location.hash).toBe(`#/clients/${client}/bookings`);
  await expect.element(page.getByRole('heading', { level: 1, name: 'Café Yılmaz' })).toBeVisible();
});

test('a search that fails says why and leaves the commands', async () => {
  await openPalette(() => Promise.reject(new DeskError('store', 'The index is being made.')));
  await userEvent.keyboard('sync');
  vi.advanceTimersByTime(120);
  await expect.element(page.getByText(/The index is being made\./)).toBeVisible();
  await expect.element(page.getByRole('option', { name: 'Sync' })).toBeVisible();
});
