import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { createBrowserDesk } from '../src/lib/browser-desk';
import { openWindow } from './support/app';
import { faults } from './support/axe';

const count = page.getByTestId('booking-count');
const from = page.getByRole('textbox', { name: 'From' });
const until = page.getByRole('textbox', { name: 'Until' });

test('period, state, text and order ask the desk', async () => {
  const desk = createBrowserDesk();
  const bookings = vi.fn(desk.bookings);
  await openWindow('bookings', { desk: { ...desk, bookings } });
  await expect.element(count).toHaveTextContent('9,000 bookings');
  expect(bookings.mock.lastCall?.[0]).toMatchObject({
    sort: 'starts',
    descending: true,
    from: null,
    until: null,
  });

  await from.fill('1/12/2026');
  await userEvent.keyboard('{Enter}');
  await expect.element(from).toHaveValue('01/12/2026');
  await expect.poll(() => bookings.mock.lastCall?.[0]).toMatchObject({ from: '2026-12-01', until: null });

  // A period that ends before it begins, or a text that is no date, asks nothing.
  const asked = bookings.mock.calls.length;
  await until.fill('30/11/2026');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText('Enter a last day on or after the first.')).toBeVisible();
  expect(await faults()).toEqual([]);
  await until.fill('soon');
  await userEvent.keyboard('{Enter}');
  await expect.element(until).toHaveAccessibleDescription(/Enter a date such as/);
  expect(bookings.mock.calls.length).toBe(asked);

  await until.fill('31/12/2026');
  await userEvent.keyboard('{Enter}');
  await page.getByRole('combobox', { name: 'State' }).selectOptions('Confirmed');
  await page.getByRole('button', { name: 'Amount excl. VAT' }).click();
  await expect
    .poll(() => bookings.mock.lastCall?.[0])
    .toMatchObject({
      from: '2026-12-01',
      until: '2026-12-31',
      state: 'confirmed',
      sort: 'net',
      descending: false,
    });
  await page.getByRole('button', { name: 'Clear filter' }).click();
  await expect.element(count).toHaveTextContent('9,000 bookings');
});

test('what the hub has not got yet is marked, and Enter opens the dossier', async () => {
  await openWindow('bookings');
  await expect.element(count).toHaveTextContent('9,000 bookings');
  await page.getByRole('textbox', { name: /^Filter by/ }).fill('B-08998');
  await expect.element(count).toHaveTextContent('1 booking');
  await expect.element(page.getByRole('img', { name: 'Not at the hub yet' })).toBeVisible();
  await expect
    .element(page.getByRole('gridcell', { name: /^\w{3} \d{2} \w+ 20\d\d, \d\d:\d\d–/ }))
    .toBeVisible();
  const grid = page.getByRole('grid', { name: 'Bookings' });
  (grid.element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => location.hash).toMatch(/^#\/clients\/.+\/bookings$/);
});
