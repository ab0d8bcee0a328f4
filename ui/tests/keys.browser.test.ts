import { describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { openWindow } from './support/app';
import { faults } from './support/axe';

const ways = page.getByRole('region', { name: 'Ways in' });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const warning = page.getByText('One loss would lock this desk for good.');

describe('the ways into a desk', () => {
  test('a warning stands over every page until the recovery kit was checked', async () => {
    const dropRecoveryKit = vi.fn(async () => {});
    await openWindow('clients', { browser: { safe: false }, desk: { dropRecoveryKit } });
    await expect.element(warning).toBeVisible();
    await page.getByRole('link', { name: 'Make recovery kit' }).click();
    await expect.element(ways.getByRole('listitem')).toHaveTextContent(/Keyring of this computer/);
    await button('Make recovery kit').click();
    await button('Make sheet').click();
    await expect.element(button('Check sheet')).toBeDisabled();
    await button('Save as PDF').click();
    await expect.element(page.getByText(/Saved as .*recovery-kit\.pdf\. Destroy the file/)).toBeVisible();
    expect(await faults()).toEqual([]);

    await button('Check sheet').click();
    const first = page.getByLabelText('First character of group 2');
    await expect.element(first).toHaveFocus();
    await button('Put kit to use').click();
    await expect.element(page.getByRole('alert')).toHaveTextContent('Enter the three characters.');
    await first.fill('4');
    await page.getByLabelText('Fourth character of group 3').fill('B');
    const last = page.getByLabelText('Second character of group 7');
    await last.fill('8');
    await button('Put kit to use').click();
    await expect.element(page.getByRole('alert')).toHaveTextContent(/Other characters stand there/);
    expect(await faults()).toEqual([]);
    await last.fill('s');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('The recovery kit opens this desk. Put it in a safe.')).toBeVisible();
    await expect.element(warning).not.toBeInTheDocument();
    await expect.element(ways.getByText('Recovery kit', { exact: true })).toBeVisible();
    expect(dropRecoveryKit).toHaveBeenCalled();
  });

  test('a kit that is not taken is forgotten', async () => {
    const dropRecoveryKit = vi.fn(async () => {});
    // CUPS may take its time, or not answer at all.
    const printers = () => new Promise<never>(() => {});
    await openWindow('settings', { desk: { dropRecoveryKit, printers } });
    await button('Make recovery kit').click();
    await expect
      .element(page.getByText(/no longer opens this desk once the new one is checked/))
      .toBeVisible();
    await button('Make sheet').click();
    await button('Save as PDF').click();
    await button('Check sheet').click();
    await button('Back to sheet').click();
    await expect.element(button('Save as PDF')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
    await expect.element(page.getByText('The sheet opens nothing. Destroy it.')).toBeVisible();
    expect(dropRecoveryKit).toHaveBeenCalledOnce();
  });

  test('what stands on the sheet is tried without changing anything', async () => {
    await openWindow('settings');
    await button('Try kit').click();
    const code = page.getByLabelText('Characters on the sheet');
    await expect.element(code).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.element(code).toHaveAccessibleDescription(/Type the characters that stand on the sheet\./);
    await code.fill('0123 4567 89ab cdef ghjk mnpq rsrc');
    await userEvent.keyboard('{Enter}');
    await expect.element(code).toHaveAccessibleDescription(/differs from the sheet/);
    expect(await faults()).toEqual([]);
    await code.fill('0123 4567 89ab cdef ghjk mnpq rsrb');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('The recovery kit works.')).toBeVisible();
  });

  test('a passphrase is typed twice, and what the desk says of it stands at its field', async () => {
    await openWindow('settings');
    await button('Set passphrase').first().click();
    const first = page.getByLabelText('New passphrase', { exact: true });
    await first.fill('kort');
    await userEvent.keyboard('{Enter}');
    await expect.element(first).toHaveAccessibleDescription(/Enter at least 12 characters\./);
    const again = page.getByLabelText('New passphrase again');
    await expect.element(again).toHaveAccessibleDescription('Enter the same passphrase twice.');
    await first.fill('aaaaaaaaaaaaaa');
    await again.fill('aaaaaaaaaaaaaa');
    await userEvent.keyboard('{Enter}');
    await expect.element(first).toHaveAccessibleDescription(/easily guessed/);
    await expect.element(first).toHaveFocus();
    expect(await faults()).toEqual([]);
    await first.fill('lantaarn wortel zeilboot');
    await again.fill('lantaarn wortel zeilboot');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('The passphrase opens this desk from now on.')).toBeVisible();
    await expect.element(button('Change passphrase')).toBeVisible();
  });

  test('one is removed when that was meant, and the last one stays', async () => {
    await openWindow('settings');
    await button('Remove: Keyring of this computer').click();
    await button('Remove way in').click();
    await expect.element(page.getByText('The way in was removed.')).toBeVisible();
    await expect.element(button('Use keyring')).toBeVisible();
    await button('Remove: Recovery kit').click();
    await button('Remove way in').click();
    await expect.element(page.getByRole('alertdialog')).toHaveTextContent(/last way into this desk/);
    await button('Cancel').click();
    await button('Use keyring').click();
    await expect.element(page.getByText(/The keyring has a new secret/)).toBeVisible();
  });
});

describe('a desk that opens by its recovery kit', () => {
  test('a keyring that was locked is tried again', async () => {
    let attempts = 0;
    const failure = { code: 'keyring_locked', message: 'The keyring is locked.', details: null };
    const locked = { state: 'locked', failure, passphrase: false, recovery_kit: true } as const;
    const open = { state: 'open', administration: 'De Linde', language: 'en' } as const;
    await openWindow('clients', { desk: { opening: async () => (attempts++ ? open : locked) } });
    await expect.element(page.getByLabelText('Characters on the recovery kit')).toHaveFocus();
    await button('Try the keyring again').click();
    await expect.element(page.getByRole('heading', { level: 1, name: 'Clients' })).toBeVisible();
  });

  test('the kit is one press away, and what is misread is said at the field', async () => {
    await openWindow('clients', { browser: { opening: 'locked' } });
    await button('Use the recovery kit').click();
    const code = page.getByLabelText('Characters on the recovery kit');
    await expect.element(code).toHaveFocus();
    await userEvent.keyboard('0123{Enter}');
    await expect.element(code).toHaveAccessibleDescription(/differs from the sheet/);
    expect(await faults()).toEqual([]);
    await code.fill('0123-4567-89AB-CDEF-GHJK-MNPQ-RSRB');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('heading', { level: 1, name: 'Clients' })).toBeVisible();
  });
});
