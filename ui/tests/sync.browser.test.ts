import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { createBrowserDesk } from '../src/lib/browser-desk';
import { DeskError } from '../src/lib/desk-error';
import { openWindow } from './support/app';
import { faults } from './support/axe';

const button = (name: string) => page.getByRole('button', { name, exact: true });

test('a conflict shows all sides; keeping one decides it', async () => {
  const desk = createBrowserDesk();
  const resolveConflict = vi.fn(desk.resolveConflict);
  await openWindow('sync', { desk: { ...desk, resolveConflict } });
  const conflict = page.getByRole('article', { name: 'Sjoerd van den Heuvel' });
  await expect
    .element(conflict.getByRole('row', { name: 'Phone 06 11223344 06 55667788 030 2345678' }))
    .toBeVisible();
  await expect
    .element(conflict.getByRole('columnheader', { name: 'Mine, from Balie Utrecht' }))
    .toBeVisible();
  expect(await faults()).toEqual([]);

  await button('Keep theirs: Sjoerd van den Heuvel').click();
  await expect.element(conflict).not.toBeInTheDocument();
  expect(resolveConflict).toHaveBeenLastCalledWith('phone', 'theirs');
  await button('Keep mine: Atelier Núñez').click();
  expect(resolveConflict).toHaveBeenLastCalledWith('note', 'mine');
  await expect.element(page.getByText('There is nothing to decide.')).toBeVisible();
  await expect
    .element(page.getByRole('status', { name: 'Status of this desk' }))
    .not.toHaveTextContent('conflict');
});

test('a conflict that cannot be decided stays and says why', async () => {
  const resolveConflict = () => Promise.reject(new DeskError('not_found', 'Decided by somebody else.'));
  await openWindow('sync', { desk: { resolveConflict } });
  await button('Keep mine: Atelier Núñez').click();
  await expect
    .element(page.getByRole('article', { name: 'Atelier Núñez' }).getByRole('alert'))
    .toHaveTextContent('Decided by somebody else.');
});

test('what was refused says why, what waits says what', async () => {
  const desk = createBrowserDesk();
  await openWindow('sync', { desk });
  await expect.element(page.getByText(/Fiscal year 2024 is sealed/)).toBeVisible();
  await expect.element(page.getByText(/Nothing waits/)).toBeVisible();
  const [line] = (
    await desk.clients({ text: '', state: null, sort: 'name', descending: false, offset: 0, limit: 1 })
  ).rows;
  await desk.setClient(line?.id ?? '', { phone: '06 1' });
  const queue = page.getByRole('region', { name: 'Waiting to be sent 1' });
  await expect.element(queue).toHaveTextContent(line?.name ?? '?');
});

test('syncing now shows how far it is', async () => {
  const desk = createBrowserDesk();
  const synchronise = vi.fn(async () => {});
  const state = { ...(await desk.syncState()), phase: 'running' as const, came: 40, total: 120 };
  await openWindow('sync', { desk: { ...desk, synchronise } });
  await button('Sync now').click();
  expect(synchronise).toHaveBeenCalledOnce();

  await openWindow('sync', { desk: { ...desk, syncState: async () => state } });
  const bar = page.getByRole('progressbar', { name: 'Syncing' });
  await expect.element(bar).toHaveAttribute('aria-valuetext', '40 of 120 records');
});

test('an invitation is made anew each time and can be copied', async () => {
  let made = 0;
  await openWindow('sync', { desk: { invite: async () => ({ invitation: `booqing1number${++made}` }) } });
  await button('Invite another desk').click();
  const line = page.getByRole('textbox', { name: 'Invitation' });
  await expect.element(line).toHaveValue('booqing1number1');
  await expect.element(page.getByText(/Valid for 10 minutes and for one desk/)).toBeVisible();
  expect(await faults()).toEqual([]);
  await button('Copy invitation').click();
  await expect.element(page.getByText(/Invitation copied|Could not be copied/)).toBeVisible();
  await button('Close').last().click();
  await expect.element(line).not.toBeInTheDocument();
  await button('Invite another desk').click();
  await expect.element(line).toHaveValue('booqing1number2');
});
