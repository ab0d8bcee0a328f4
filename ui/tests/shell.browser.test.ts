import { describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { DeskError } from '../src/lib/desk-error';
import type { Failure } from '../src/lib/generated/Failure';
import { routes } from '../src/routes';
import { openWindow } from './support/app';
import { faults } from './support/axe';

const dialog = page.getByRole('dialog');
const search = dialog.getByRole('combobox');

function heading(name: string) {
  return page.getByRole('heading', { level: 1, name, exact: true });
}

describe('navigation', () => {
  test('the registry has one entry per page, and an address for each', () => {
    const ids = routes.map((route) => route.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z-]*$/);
  });

  test.each(['clients', 'bookings', 'retention', 'sync', 'settings'])(
    'axe finds nothing on %s',
    async (id) => {
      await openWindow(id);
      await expect
        .element(page.getByRole('main').getByRole('heading').or(page.getByRole('grid')).first())
        .toBeVisible();
      await expect
        .element(page.getByRole('status', { name: 'Status of this desk' }))
        .toHaveTextContent('All saved and synced');
      expect(await faults()).toEqual([]);
    },
  );

  test('the place shows in the navigation, the title and the name of the window', async () => {
    await openWindow('clients');
    const navigation = page.getByRole('navigation', { name: 'Main navigation' });
    await navigation.getByRole('link', { name: 'Sync' }).click();
    await expect.element(heading('Sync')).toBeVisible();
    await expect
      .element(navigation.getByRole('link', { name: 'Sync' }))
      .toHaveAttribute('aria-current', 'page');
    expect(document.querySelectorAll('[aria-current="page"]')).toHaveLength(1);
    expect(document.title).toBe('Sync – Smartbooqing Desk');
  });

  test('an unknown address says so and leads back', async () => {
    await openWindow('nothing-here');
    await expect.element(page.getByText('This page does not exist')).toBeVisible();
    await page.getByRole('link', { name: 'Go to Clients' }).click();
    await expect.element(heading('Clients')).toBeVisible();
  });

  test('the status of the desk stands in words, and leads to Sync', async () => {
    await openWindow('clients', { browser: { sync: 'offline' } });
    const status = page.getByRole('status', { name: 'Status of this desk' });
    await expect.element(status).toHaveTextContent('Offline; all changes are saved here');
    await status
      .getByRole('link', {
        name: '2 conflicts to decide, 1 double booking, 1 late entry, 1 decision does not stand, 1 change was refused',
      })
      .click();
    await expect.element(heading('Sync')).toBeVisible();
  });
});

describe('a narrow window', () => {
  test.each([
    [360, 640],
    [640, 400],
  ])('%i by %i keeps everything within reach', async (width, height) => {
    await page.viewport(width, height);
    await openWindow('settings', { start: { language: 'nl' } });
    await expect.element(heading('Instellingen')).toBeVisible();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    const main = document.querySelector('main');
    expect(main?.scrollWidth).toBeLessThanOrEqual(main?.clientWidth ?? 0);
    await page.getByRole('button', { name: 'Menu openen' }).click();
    await expect.element(dialog).toBeVisible();
    expect(await faults()).toEqual([]);
    await dialog.getByRole('link', { name: 'Bewaartermijnen' }).click();
    await expect.element(heading('Bewaartermijnen')).toBeVisible();
    await expect.element(dialog).not.toBeInTheDocument();
    expect(await faults()).toEqual([]);
  });
});

describe('the palette', () => {
  test('opens by key, finds by letters, goes by Enter', async () => {
    await openWindow('clients');
    await expect.element(heading('Clients')).toBeVisible();
    await userEvent.keyboard('{Control>}k{/Control}');
    await expect.element(search).toHaveFocus();
    expect(await faults()).toEqual([]);
    await userEvent.keyboard('ret');
    await expect
      .element(page.getByRole('option', { name: 'Retention' }))
      .toHaveAttribute('aria-selected', 'true');
    await userEvent.keyboard('{Enter}');
    await expect.element(heading('Retention')).toBeVisible();
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.poll(() => document.activeElement?.id).toBe('main');
  });

  test('the arrow keys go round, and the combobox names the active option', async () => {
    await openWindow('clients');
    await page.getByRole('button', { name: 'Search or go to…' }).click();
    await expect.element(search).toHaveFocus();
    const active = () =>
      document.getElementById(search.element().getAttribute('aria-activedescendant') ?? '');
    expect(active()?.textContent).toContain('Clients');
    await userEvent.keyboard('{ArrowUp}');
    await expect.poll(() => active()?.textContent).toContain('Keyboard shortcuts');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await expect.poll(() => active()?.textContent).toContain('Bookings');
  });

  test('has the focus before the next frame: what is typed at once is for it', async () => {
    await openWindow('clients');
    await expect.element(heading('Clients')).toBeVisible();
    const frame = vi.spyOn(window, 'requestAnimationFrame').mockReturnValue(0);
    try {
      await userEvent.keyboard('{Control>}k{/Control}');
      await expect.poll(() => document.activeElement?.getAttribute('role')).toBe('combobox');
    } finally {
      frame.mockRestore();
    }
  });

  test('switches theme and language, and saves both', async () => {
    const desk = await openWindow('clients');
    await userEvent.keyboard('{Control>}k{/Control}');
    await userEvent.keyboard('dark{Enter}');
    await expect.poll(() => document.documentElement.dataset.theme).toBe('dark');
    await expect.element(dialog).not.toBeInTheDocument();
    expect(await faults()).toEqual([]);
    await userEvent.keyboard('{Control>}k{/Control}');
    await userEvent.keyboard('nederlands{Enter}');
    await expect.element(heading('Relaties')).toBeVisible();
    expect(document.documentElement.lang).toBe('nl');
    await expect.poll(() => desk.start()).toMatchObject({ theme: 'dark', language: 'nl' });
  });

  test('a choice that is not saved is said to be', async () => {
    await openWindow('clients', {
      desk: { saveAppearance: () => Promise.reject(new DeskError('disk_full', 'The disk is full.')) },
    });
    await userEvent.keyboard('{Control>}k{/Control}');
    await userEvent.keyboard('dark{Enter}');
    await expect.element(page.getByRole('alert')).toHaveTextContent('The disk is full.');
  });

  test('says when nothing is found, and Escape gives the focus back', async () => {
    await openWindow('clients');
    const opener = page.getByRole('button', { name: 'Search or go to…' });
    await opener.click();
    await search.fill('zzz');
    await expect.element(page.getByRole('status').filter({ hasText: 'Nothing found' })).toBeInTheDocument();
    expect(await faults()).toEqual([]);
    await userEvent.keyboard('{Enter}{Escape}');
    await expect.element(dialog).not.toBeInTheDocument();
    await expect.poll(() => document.activeElement).toBe(opener.element());
  });
});

describe('shortcuts', () => {
  test('a question mark shows them all, and they do nothing under a dialog', async () => {
    await openWindow('settings');
    await expect.element(heading('Settings')).toBeVisible();
    await userEvent.keyboard('?');
    await expect.element(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    await expect.element(dialog.getByText('Ctrl K')).toBeVisible();
    expect(await faults()).toEqual([]);
    await userEvent.keyboard('{Control>}k{/Control}');
    expect(document.querySelectorAll('[role="dialog"]')).toHaveLength(1);
    await userEvent.keyboard('{Escape}');
    await expect.element(dialog).not.toBeInTheDocument();
  });
});

describe('settings', () => {
  test('language, theme and row height apply at once and are saved', async () => {
    const desk = await openWindow('settings');
    await page.getByRole('radio', { name: 'Dark' }).click();
    expect(document.documentElement.dataset.theme).toBe('dark');
    await page.getByRole('radio', { name: 'Comfortable' }).click();
    expect(document.documentElement.dataset.density).toBe('comfortable');
    await page.getByRole('combobox', { name: 'Language' }).selectOptions('Nederlands');
    await expect.element(heading('Instellingen')).toBeVisible();
    await expect.element(page.getByRole('combobox', { name: 'Taal' })).toHaveValue('nl');
    expect(document.title).toBe('Instellingen – Smartbooqing Desk');
    await expect
      .poll(() => desk.start())
      .toMatchObject({ language: 'nl', theme: 'dark', density: 'comfortable' });
    expect(await faults()).toEqual([]);
  });

  test('what cannot be saved says so in its place, and can be saved again', async () => {
    const saveAppearance = vi.fn((a) => Promise.resolve(a));
    saveAppearance.mockRejectedValueOnce(new DeskError('disk_full', 'The disk is full.'));
    await openWindow('settings', { desk: { saveAppearance } });
    await page.getByRole('radio', { name: 'Dark' }).click();
    const theme = page.getByRole('radiogroup', { name: 'Theme' });
    await expect.element(theme).toHaveAccessibleDescription(/Not saved.*The disk is full\./);
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(await faults()).toEqual([]);
    await page.getByRole('button', { name: 'Save again' }).click();
    await expect.element(page.getByText('The disk is full.')).not.toBeInTheDocument();
    expect(saveAppearance).toHaveBeenLastCalledWith({ language: 'en', theme: 'dark', density: 'default' });
  });

  test('of quick choices the last is what is kept', async () => {
    const answers: (() => void)[] = [];
    const kept: string[] = [];
    await openWindow('settings', {
      desk: {
        saveAppearance: (a) =>
          new Promise((resolve) => {
            kept.push(a.theme);
            answers.push(() => resolve(a));
          }),
      },
    });
    for (const name of ['Dark', 'System', 'Light', 'Dark']) {
      await page.getByRole('radio', { name }).click();
    }
    await expect.poll(() => kept).toEqual(['dark']);
    answers[0]?.();
    await expect.poll(() => kept).toEqual(['dark', 'dark']);
    answers[1]?.();
    // What was overtaken is never saved: the next thing kept is the next choice.
    await page.getByRole('radio', { name: 'Light' }).click();
    await expect.poll(() => kept.length).toBeGreaterThan(2);
    expect(kept).toEqual(['dark', 'dark', 'light']);
  });

  test('says what this desk is', async () => {
    await openWindow('settings', { start: { version: '1.2.3', softwareRendering: true } });
    await expect.element(page.getByText('1.2.3')).toBeVisible();
    await expect.element(page.getByText('By the processor: motion is off')).toBeVisible();
    await expect.element(page.getByText('Administratiekantoor De Linde')).toBeVisible();
    await expect.element(page.getByRole('region', { name: 'Ways in' })).toHaveTextContent(/Recovery kit/);
    await expect.element(page.getByText(/^1,204 clients, 9,000 bookings, [\d,]+ documents$/)).toBeVisible();
  });
});

test.each(['en', 'nl'] as const)(
  'nothing of settings is cut off at 200 %% of 1280 by 800 (%s)',
  async (language) => {
    await page.viewport(640, 400);
    await openWindow('settings', { start: { language } });
    await expect.element(page.getByRole('radiogroup').first()).toBeInTheDocument();
    const texts = [...document.querySelectorAll<HTMLElement>('main label, main h2, main p, h1')];
    const cut = texts.filter((text) => text.clientWidth > 0 && text.scrollWidth > text.clientWidth + 1);
    expect(texts.length).toBeGreaterThan(8);
    expect(cut.map((text) => text.textContent)).toEqual([]);
  },
);

test('damage that the desk finds when it opens is said', async () => {
  const message = 'The data are damaged. Put them back from a backup.';
  let tell: (failure: Failure) => void = () => {};
  await openWindow('settings', {
    desk: {
      onDamaged: async (listener) => {
        tell = listener;
        return () => {};
      },
    },
  });
  await expect.element(heading('Settings')).toBeVisible();
  tell({ code: 'cache', message, details: null });
  await expect.element(page.getByText(message)).toBeVisible();
});
