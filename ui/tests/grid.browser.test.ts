import { beforeEach, expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';
import { appearance } from '../src/lib/appearance.svelte';
import { createBrowserDesk } from '../src/lib/browser-desk';
import { faults } from './support/axe';
import GridSample from './support/GridSample.svelte';

type Row = { name: string; amount: string };

function rowsOf(total: number, word = 'Row') {
  return async (offset: number, count: number): Promise<Row[]> =>
    Array.from({ length: Math.max(0, Math.min(count, total - offset)) }, (_, i) => ({
      name: `${word} ${offset + i}`,
      amount: `€${offset + i}`,
    }));
}

const grid = page.getByRole('grid', { name: 'Sample' });

function drawnRows(): number {
  return document.querySelectorAll('[role="row"]').length;
}

function cursor(): string | null | undefined {
  const id = grid.element().getAttribute('aria-activedescendant');
  return id === null ? null : document.getElementById(id)?.querySelector('[role="gridcell"]')?.textContent;
}

async function press(keys: string): Promise<void> {
  (grid.element() as HTMLElement).focus();
  await userEvent.keyboard(keys);
}

beforeEach(async () => {
  await appearance.begin(createBrowserDesk(), { language: 'en', theme: 'light', density: 'default' });
});

test.each([
  [100_000, 'default'],
  [1_000_000, 'comfortable'],
] as const)('of %i rows few are drawn, and End shows the last (%s)', async (total, density) => {
  await appearance.change('density', density);
  await render(GridSample, { total, fetchBlock: rowsOf(total) });
  await expect.element(page.getByText('Row 0', { exact: true })).toBeVisible();
  expect(drawnRows()).toBeGreaterThan(10);
  expect(drawnRows()).toBeLessThan(200);
  await expect.element(grid).toHaveAttribute('aria-rowcount', String(total + 1));

  await press('{End}');
  await expect.element(page.getByText(`Row ${total - 1}`, { exact: true })).toBeInViewport();
  await expect.poll(cursor).toBe(`Row ${total - 1}`);
  expect(drawnRows()).toBeLessThan(200);
  expect(document.querySelectorAll('.canvas > [aria-rowindex]').length).toBe(drawnRows() - 1);

  await press('{ArrowUp}{ArrowUp}');
  await expect.poll(cursor).toBe(`Row ${total - 3}`);
  await press('{Home}');
  await expect.poll(cursor).toBe('Row 0');
  await expect.element(page.getByText('Row 0', { exact: true })).toBeInViewport();
});

test('the thumb goes anywhere in a million rows, and the row drawn there says its place', async () => {
  await appearance.change('density', 'comfortable');
  const total = 1_000_000;
  await render(GridSample, { total, fetchBlock: rowsOf(total) });
  await expect.element(page.getByText('Row 0', { exact: true })).toBeVisible();
  const scroller = grid.element();
  scroller.scrollTop = (scroller.scrollHeight - scroller.clientHeight) / 2;
  // Half of the canvas is half of the list: the middle row stands in the middle of the window.
  const middle = page.getByText('Row 500000', { exact: true });
  await expect.element(middle).toBeInViewport();
  const { top, height } = middle.element().getBoundingClientRect();
  expect(Math.abs(top + height / 2 - innerHeight / 2)).toBeLessThan(60);
  expect(middle.element().closest('[role="row"]')?.getAttribute('aria-rowindex')).toBe('500002');
});

test('Page down moves by a screen, Enter opens the row under the cursor, a double click any row', async () => {
  const onopen = vi.fn();
  await render(GridSample, { total: 1000, fetchBlock: rowsOf(1000), onopen });
  await expect.element(page.getByText('Row 0', { exact: true })).toBeVisible();
  await press('{PageDown}');
  await expect.poll(cursor).toMatch(/^Row (1\d|2\d)$/);
  await press('{Enter}');
  const index = Number(cursor()?.slice(4));
  expect(onopen).toHaveBeenLastCalledWith({ name: `Row ${index}`, amount: `€${index}` }, index);
  await page.getByText(`Row ${index - 1}`, { exact: true }).dblClick();
  expect(onopen).toHaveBeenLastCalledWith(expect.objectContaining({ name: `Row ${index - 1}` }), index - 1);
});

test('headings sort by keyboard and say how', async () => {
  const onsort = vi.fn();
  await render(GridSample, {
    total: 10,
    fetchBlock: rowsOf(10),
    sort: { key: 'name', direction: 'ascending' },
    onsort,
  });
  await expect
    .element(page.getByRole('columnheader', { name: 'Name' }))
    .toHaveAttribute('aria-sort', 'ascending');
  (grid.element() as HTMLElement).focus();
  await userEvent.keyboard('{Tab}{Enter}');
  expect(onsort).toHaveBeenLastCalledWith({ key: 'name', direction: 'descending' });
  await userEvent.keyboard('{ArrowRight}{Enter}');
  expect(onsort).toHaveBeenLastCalledWith({ key: 'amount', direction: 'ascending' });
});

test('a new question starts at the top; a new revision stays where it is', async () => {
  const screen = await render(GridSample, { total: 5000, fetchBlock: rowsOf(5000) });
  await press('{End}');
  await expect.element(page.getByText('Row 4999', { exact: true })).toBeVisible();

  let word = 'Changed';
  const fetchBlock = (offset: number, count: number) => rowsOf(5000, word)(offset, count);
  await screen.rerender({ fetchBlock });
  await expect.element(page.getByText('Changed 0', { exact: true })).toBeVisible();

  await press('{End}');
  await expect.element(page.getByText('Changed 4999', { exact: true })).toBeVisible();
  word = 'Again';
  await screen.rerender({ revision: 1 });
  await expect.element(page.getByText('Again 4999', { exact: true })).toBeVisible();
});

test('another row height keeps the top row at the top', async () => {
  await render(GridSample, { total: 5000, fetchBlock: rowsOf(5000) });
  await expect.element(page.getByText('Row 0', { exact: true })).toBeVisible();
  grid.element().scrollTop = 3200;
  await expect.element(page.getByText('Row 100', { exact: true })).toBeInViewport();
  await appearance.change('density', 'comfortable');
  await expect.poll(() => grid.element().scrollTop).toBe(4000);
});

test('rows that do not come are said to be missing, and come after trying again', async () => {
  let works = false;
  const rows = rowsOf(50);
  await render(GridSample, {
    total: 50,
    fetchBlock: (offset, count) =>
      works ? rows(offset, count) : Promise.reject(new Error('the desk is busy')),
  });
  await expect.element(page.getByRole('alert')).toHaveTextContent('Some rows could not be loaded.');
  expect(await faults()).toEqual([]);
  works = true;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByText('Row 9', { exact: true })).toBeVisible();
  await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
});

test('axe finds nothing, loading and loaded', async () => {
  let answer: (rows: Row[]) => void = () => {};
  await render(GridSample, {
    total: 3,
    fetchBlock: () => new Promise<Row[]>((resolve) => (answer = resolve)),
  });
  await expect.element(grid).toHaveAttribute('aria-busy', 'true');
  expect(await faults()).toEqual([]);
  answer(await rowsOf(3)(0, 3));
  await expect.element(grid).toHaveAttribute('aria-busy', 'false');
  expect(await faults()).toEqual([]);
});
