import { expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { createBrowserDesk } from '../src/lib/browser-desk';
import type { Desk } from '../src/lib/desk';
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
    .element(conflict.getByRole('columnheader', { name: /^Mine, from Balie Utrecht entered / }))
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

test('who decided after another desk is told what stands, until that is seen', async () => {
  await openWindow('sync');
  const list = page.getByRole('region', { name: 'Decided before on another desk 1' });
  await expect.element(list).toHaveTextContent('Decided here keep what this desk entered');
  await expect.element(list).toHaveTextContent('What stands what desk Laptop Marieke entered was kept');
  const status = page.getByRole('status', { name: 'Status of this desk' });
  await expect.element(status).toHaveTextContent('1 decision does not stand');
  expect(await faults()).toEqual([]);
  await button('Understood: Client Bakkerij Visser (C-0007)').click();
  await expect.element(list).not.toBeInTheDocument();
  await expect.element(status).not.toHaveTextContent('does not stand');
});

test('a double booking names what has its place, and is moved to a time that is free', async () => {
  const desk = createBrowserDesk();
  const taken = new DeskError('value', 'Begins: 10:00 is not free.');
  const setBooking = vi.fn(desk.setBooking).mockRejectedValueOnce(taken);
  await openWindow('sync', { desk: { ...desk, setBooking } });
  const [clash] = await desk.clashes();
  const { number, id } = clash!.booking;
  const list = page.getByRole('region', { name: 'Double bookings 1' });
  await expect.element(list).toHaveTextContent(`Its place went to ${clash!.by!.number}`);
  expect(await faults()).toEqual([]);

  await button(`Move booking ${number}`).click();
  const [date, time] = ['Date', 'Begins at'].map((name) => page.getByRole('textbox', { name }));
  await time!.fill('25:00');
  await button('Move booking').click();
  await expect.element(page.getByText('Enter a time such as 14:30.')).toBeVisible();
  expect(setBooking).not.toHaveBeenCalled();
  await date!.fill('12-10-2027');
  await time!.fill('9.05');
  await button('Move booking').click();
  await expect.element(page.getByText('Begins: 10:00 is not free.')).toBeVisible();
  expect(await faults()).toEqual([]);
  await time!.fill('14:30');
  await button('Move booking').click();
  expect(setBooking.mock.calls).toEqual([
    [id, { starts: '2027-10-12T09:05:00' }],
    [id, { starts: '2027-10-12T14:30:00' }],
  ]);
  await expect.element(page.getByText(`Booking ${number} moved`)).toBeVisible();
  await expect.element(list).not.toBeInTheDocument();
});

test('a double booking can be cancelled; where it cannot, the reason is said', async () => {
  const desk = createBrowserDesk();
  const cancelBooking = vi.fn(desk.cancelBooking).mockRejectedValueOnce(new DeskError('store', 'Disk full.'));
  await openWindow('sync', { desk: { ...desk, cancelBooking } });
  const [clash] = await desk.clashes();
  const cancel = button(`Cancel booking ${clash!.booking.number}`);
  await cancel.click();
  await expect.element(page.getByText('Disk full.')).toBeVisible();
  await cancel.click();
  await expect.element(page.getByText(`Booking ${clash!.booking.number} cancelled`)).toBeVisible();
  await expect.element(cancel).not.toBeInTheDocument();
});

test('a late entry says what was meant, and goes when somebody says what became of it', async () => {
  const desk = createBrowserDesk();
  const refused = new DeskError('value', 'Was said already.');
  const settleLateEntry = vi.fn(desk.settleLateEntry).mockRejectedValueOnce(refused);
  await openWindow('sync', { desk: { ...desk, settleLateEntry } });
  const late = page.getByRole('article', { name: 'Booking B-00077' });
  await expect.element(late).toHaveTextContent('To change it, for fiscal year 2024');
  await expect.element(late.getByRole('row', { name: 'Note – Paid in cash' })).toBeVisible();
  expect(await faults()).toEqual([]);
  await button('Not wanted: Booking B-00077').click();
  await expect.element(late.getByRole('alert')).toHaveTextContent('Was said already.');
  await button('Entered in an open year: Booking B-00077').click();
  expect(settleLateEntry).toHaveBeenLastCalledWith('late', 'entered');
  await expect.element(late).not.toBeInTheDocument();
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

test('a first sync can be stopped and goes on', async () => {
  const desk = createBrowserDesk();
  const [pauseSync, synchronise] = [vi.fn(async () => {}), vi.fn(async () => {})];
  const running = { ...(await desk.syncState()), came: 40, total: 120, first: 'usable' as const };
  let tell: (state: typeof running) => void = () => {};
  await openWindow('sync', {
    desk: {
      ...desk,
      pauseSync,
      synchronise,
      syncState: async () => ({ ...running, phase: 'running' }),
      onSyncState: async (listener) => {
        tell = listener;
        return () => {};
      },
    },
  });
  await expect.element(page.getByText(/Clients and the current year are here: you can work/)).toBeVisible();
  expect(await faults()).toEqual([]);
  await button('Stop syncing').click();
  expect(pauseSync).toHaveBeenCalledOnce();
  tell({ ...running, phase: 'paused' });
  await expect.element(button('Stop syncing')).not.toBeInTheDocument();
  await expect
    .element(page.getByRole('heading', { name: 'Syncing is stopped; all changes are saved here' }))
    .toBeVisible();
  await button('Go on syncing').click();
  expect(synchronise).toHaveBeenCalledOnce();
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

async function stopped(code: string, overrides: Partial<Desk>): Promise<void> {
  const desk = createBrowserDesk();
  const problem = { code, message: 'The hub begins anew.', details: null };
  const state = { ...(await desk.syncState()), phase: 'failed' as const, problem };
  await openWindow('sync', { desk: { ...desk, syncState: async () => state, ...overrides } });
}

test('a hub that was put back is given back what it lacks when a person says so', async () => {
  const synchronise = vi.fn(async () => {});
  await stopped('hub_put_back', { synchronise });
  await button('The hub was put back').click();
  const dialog = page.getByRole('alertdialog', { name: 'Was the hub put back from a copy?' });
  await expect.element(dialog).toHaveTextContent('Ask the operator of the hub first.');
  expect(await faults()).toEqual([]);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(synchronise).not.toHaveBeenCalled();
  await button('The hub was put back').click();
  await dialog.getByRole('button', { name: 'The hub was put back' }).click();
  expect(synchronise).toHaveBeenCalledWith({ putBack: true, deletions: false });
  await expect.element(dialog).not.toBeInTheDocument();
});

test('many deletions wait for a person', async () => {
  const synchronise = vi.fn(async () => {});
  await stopped('mass_deletion', { synchronise });
  await button('Delete here too').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete here too' }).click();
  expect(synchronise).toHaveBeenCalledWith({ putBack: false, deletions: true });
});

test('a desk that the hub takes no changes of joins again', async () => {
  let fail = true;
  const rejoin = vi.fn(async () => {
    if (fail) throw new DeskError('invitation_invalid', 'The invitation was used.');
  });
  await stopped('forked_desk', { rejoin });
  await button('Join again').click();
  const line = page.getByRole('textbox', { name: 'Invitation from a colleague' });
  await button('Join again').last().click();
  await expect
    .element(page.getByText('Paste the invitation: one line that begins with booqing1.'))
    .toBeVisible();
  await line.fill(' booqing1abc ');
  await button('Join again').last().click();
  await expect.element(page.getByText('The invitation was used.')).toBeVisible();
  expect(await faults()).toEqual([]);
  fail = false;
  await button('Join again').last().click();
  expect(rejoin).toHaveBeenLastCalledWith('booqing1abc');
  await expect.element(line).not.toBeInTheDocument();
});

test('what a person can say nothing about offers nothing', async () => {
  await stopped('hub_certificate', {});
  await expect
    .element(page.getByRole('region', { name: 'Somebody must say something' }))
    .not.toBeInTheDocument();
});
