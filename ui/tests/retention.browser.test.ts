import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { createBrowserDesk } from '../src/lib/browser-desk';
import { monthsAfter, today } from '../src/lib/dates';
import { openWindow } from './support/app';
import { faults } from './support/axe';

const slider = page.getByRole('slider', { name: 'Day of the report' });
const report = page.getByTestId('retention-report');
const now = today();

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

async function openReport() {
  const desk = createBrowserDesk();
  const retention = vi.fn(desk.retention);
  const saveRetention = vi.fn(desk.saveRetention);
  await openWindow('retention', { desk: { ...desk, retention, saveRetention } });
  await expect.element(report).toHaveAttribute('data-as-of', now);
  return { retention, saveRetention };
}

test('the slider asks once, when it has come to rest', async () => {
  const { retention } = await openReport();
  expect(retention).toHaveBeenCalledExactlyOnceWith({ as_of: now, language: 'en' });
  (slider.element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowRight}{ArrowRight}{PageUp}{ArrowLeft}');
  await expect.element(page.getByRole('textbox', { name: 'As it stands on' })).not.toHaveValue('');
  expect(retention).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(249);
  expect(retention).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(retention).toHaveBeenCalledTimes(2);
  expect(retention).toHaveBeenLastCalledWith({ as_of: monthsAfter(now, 13), language: 'en' });
  await expect.element(report).toHaveAttribute('data-as-of', monthsAfter(now, 13));
  vi.useRealTimers();
  expect(await faults()).toEqual([]);
});

test('an exact day can be typed, what is none is said to be, and Today leads back', async () => {
  const { retention } = await openReport();
  const day = page.getByRole('textbox', { name: 'As it stands on' });
  await day.fill('31/12/2033');
  await userEvent.keyboard('{Enter}');
  vi.advanceTimersByTime(250);
  expect(retention).toHaveBeenLastCalledWith({ as_of: '2033-12-31', language: 'en' });
  await expect.element(slider).toHaveAttribute('aria-valuetext', '31 Dec 2033');
  await day.fill('31/02/2033');
  await userEvent.keyboard('{Enter}');
  await expect.element(day).toHaveAccessibleDescription(/^Enter a date such as/);
  await expect.element(day).toHaveValue('31/02/2033');
  await page.getByRole('button', { name: 'Today' }).click();
  vi.advanceTimersByTime(250);
  expect(retention).toHaveBeenLastCalledWith({ as_of: now, language: 'en' });
});

test('what is on screen is what is saved', async () => {
  const { saveRetention } = await openReport();
  await expect.element(page.getByRole('table')).toHaveTextContent(/Books and documents/);
  await expect.element(page.getByRole('img', { name: /^Records that fall due, by year/ })).toBeVisible();
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  expect(saveRetention).toHaveBeenCalledWith({ as_of: now, language: 'en', format: 'csv' });
  await expect.element(page.getByText(/^Saved as .*\.csv$/)).toBeVisible();
});
