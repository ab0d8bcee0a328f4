import { describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { createBrowserDesk } from '../src/lib/browser-desk';
import { DeskError } from '../src/lib/desk-error';
import type { SyncState } from '../src/lib/generated/SyncState';
import { Workplace } from '../src/lib/workplace.svelte';
import { openWindow } from './support/app';
import { faults } from './support/axe';

const open = { state: 'open', administration: 'De Linde', language: 'en' } as const;
const running: SyncState = {
  phase: 'running',
  came: 2500,
  total: 10_000,
  first: 'begun',
  problem: null,
  waiting: 0,
  synced_at: null,
  equal: null,
  conflicts: 0,
  clashes: 0,
  late_entries: 0,
  overtaken: 0,
  refused: 0,
  originals_waiting: 0,
};

const invitation = page.getByRole('textbox', { name: 'Invitation' });
const name = page.getByRole('textbox', { name: 'Name of this desk' });
const submit = page.getByRole('button', { name: 'Join administration' });

describe('joining', () => {
  test('what is missing stands at its field, and the first one has the focus', async () => {
    const join = vi.fn();
    await openWindow('', { browser: { opening: 'not_joined', keyring: false }, desk: { join } });
    await submit.click();
    await expect.element(invitation).toHaveFocus();
    await expect.element(invitation).toHaveAccessibleDescription(/Paste the invitation you were given\./);
    await expect.element(name).toHaveAccessibleDescription(/Enter a name such as/);
    const passphrase = page.getByLabelText('Passphrase', { exact: true });
    await expect.element(passphrase).toHaveAccessibleDescription(/Enter at least 12 characters\./);
    await passphrase.fill('vijf losse woorden op rij');
    await page.getByLabelText('Passphrase again').fill('vier losse woorden');
    await expect
      .element(page.getByLabelText('Passphrase again'))
      .toHaveAccessibleDescription('Enter the same passphrase twice.');
    expect(await faults()).toEqual([]);
    expect(join).not.toHaveBeenCalled();
  });

  test('what the desk says of the invitation stands at the invitation, until it is changed', async () => {
    await openWindow('', { browser: { opening: 'not_joined' } });
    await invitation.fill('hello');
    await name.fill('Front desk');
    await submit.click();
    await expect.element(invitation).toHaveAccessibleDescription(/This is not an invitation\./);
    await expect.element(invitation).toHaveFocus();
    await invitation.fill('hello there');
    await expect.element(invitation).not.toHaveAttribute('aria-invalid');
  });

  test('where the keyring holds nothing a passphrase is asked, and one that is guessed is refused there', async () => {
    const refusals = [
      new DeskError('keyring_locked', 'The keyring is locked.'),
      new DeskError('passphrase_refused', 'This passphrase is easily guessed.'),
    ];
    await openWindow('', {
      browser: { opening: 'not_joined' },
      desk: { join: async () => Promise.reject(refusals.shift()) },
    });
    await invitation.fill('booqing1abc');
    await name.fill('Front desk');
    await submit.click();
    const passphrase = page.getByLabelText('Passphrase', { exact: true });
    await expect.element(passphrase).toHaveAccessibleDescription(/The keyring is locked\./);
    await expect.element(passphrase).toHaveFocus();
    await passphrase.fill('wachtwoord1234');
    await page.getByLabelText('Passphrase again').fill('wachtwoord1234');
    await submit.click();
    await expect.element(passphrase).toHaveAccessibleDescription(/easily guessed/);
    expect(await faults()).toEqual([]);
  });

  test('with a keyring no passphrase is asked or sent; the first sync says what can be used', async () => {
    const join = vi.fn(async () => open);
    let tell: (state: SyncState) => void = () => {};
    await openWindow('', {
      browser: { opening: 'not_joined' },
      desk: {
        join,
        syncState: async () => running,
        onSyncState: async (listener) => {
          tell = listener;
          return () => {};
        },
      },
    });
    await expect.element(page.getByLabelText('Passphrase')).not.toBeInTheDocument();
    await invitation.fill('  booqing1abc\n');
    await name.fill('Front desk');
    await submit.click();
    expect(join).toHaveBeenCalledWith({ invitation: 'booqing1abc', name: 'Front desk', passphrase: null });

    const bar = page.getByRole('progressbar', { name: 'Getting the administration' });
    await expect.element(bar).toHaveAttribute('aria-valuetext', '2,500 of 10,000 records');
    await expect.element(page.getByText('1,204 clients are here and can be used already.')).toBeVisible();
    expect(await faults()).toEqual([]);
    tell({ ...running, first: 'usable' });
    await expect
      .element(page.getByText('1,204 clients and the current year are here: you can work.'))
      .toBeVisible();
    tell({ ...running, first: null, phase: 'idle', synced_at: 1_800_000_000, equal: true });
    await expect.element(page.getByText('Everything is here: 1,204 clients.')).toBeVisible();
    await page.getByRole('button', { name: 'Go to Clients' }).click();
    await expect.element(page.getByRole('grid', { name: 'Clients' })).toBeVisible();
  });
});

describe('a locked desk', () => {
  test('says why, refuses a wrong passphrase at the field, and opens with the right one', async () => {
    await openWindow('sync', { browser: { opening: 'locked' } });
    await expect.element(page.getByText(/The keyring of this computer is locked/)).toBeVisible();
    const passphrase = page.getByLabelText('Passphrase');
    await expect.element(passphrase).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.element(passphrase).toHaveAccessibleDescription('Enter the passphrase of this desk.');
    await userEvent.keyboard('verkeerd{Enter}');
    await expect.element(passphrase).toHaveAccessibleDescription('The passphrase does not fit. Try again.');
    expect(await faults()).toEqual([]);
    await passphrase.fill('welkom');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('heading', { level: 1, name: 'Sync' })).toBeVisible();
  });

  test('gives no answer to what was asked before it was open', async () => {
    const workplace = new Workplace(createBrowserDesk({}, { opening: 'locked' }));
    const first = { text: '', state: null, sort: 'name', descending: false, offset: 0, limit: 1 } as const;
    await workplace.clientsAhead.ask(first, () => Promise.reject(new DeskError('not_joined', 'Not open.')));
    await workplace.begin();
    expect(workplace.clientsAhead.take(first)).toBeUndefined();
    workplace.end();
  });

  test('the language can be changed before anything is open', async () => {
    await openWindow('', { browser: { opening: 'locked' } });
    await page.getByRole('radio', { name: 'Nederlands' }).click();
    await expect.element(page.getByRole('heading', { name: 'Deze werkplek openen' })).toBeVisible();
  });

  test('a desk that does not answer says so and can be asked again', async () => {
    const opening = vi.fn(async () => open);
    opening.mockRejectedValueOnce(new DeskError('home_in_use', 'This desk is open in another program.'));
    await openWindow('clients', { desk: { opening } });
    await expect.element(page.getByRole('alert')).toHaveTextContent('This desk is open in another program.');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.element(page.getByRole('grid', { name: 'Clients' })).toBeVisible();
  });
});
