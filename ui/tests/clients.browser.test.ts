import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { createBrowserDesk } from '../src/lib/browser-desk';
import { DeskError } from '../src/lib/desk-error';
import { openWindow } from './support/app';
import { faults } from './support/axe';

const grid = page.getByRole('grid', { name: 'Clients' });
const count = page.getByTestId('client-count');
const filter = page.getByRole('textbox', { name: 'Filter by name, number, city or tag' });

/** A desk whose questions about clients can be looked at, and which can be told that something changed. */
function watched(total?: number) {
  const desk = createBrowserDesk({}, total === undefined ? {} : { clients: total });
  const clients = vi.fn(desk.clients);
  let change: (classes: string[]) => void = () => {};
  const onChanged = async (listener: (classes: string[]) => void) => {
    change = listener;
    return () => {};
  };
  return {
    desk: { ...desk, clients, onChanged },
    clients,
    change: (...classes: string[]) => change(classes),
  };
}

test('filter, state and headings ask the desk', async () => {
  const { desk, clients } = watched();
  await openWindow('clients', { desk });
  await expect.element(count).toHaveTextContent('1,204 clients');
  expect(clients).toHaveBeenCalledTimes(1);
  expect(clients).toHaveBeenLastCalledWith({
    text: '',
    state: null,
    sort: 'name',
    descending: false,
    offset: 0,
    limit: 128,
  });

  await filter.fill('nunez');
  await expect.element(count).not.toHaveTextContent('1,204');
  expect(clients).toHaveBeenLastCalledWith(expect.objectContaining({ text: 'nunez', offset: 0 }));
  await expect.element(page.getByText(/Núñez/).first()).toBeVisible();

  await page.getByRole('combobox', { name: 'State' }).selectOptions('Active');
  await expect
    .poll(() => clients.mock.lastCall?.[0])
    .toMatchObject({ text: 'nunez', state: 'active', sort: 'name' });
  await page.getByRole('button', { name: 'City' }).click();
  await expect.poll(() => clients.mock.lastCall?.[0]).toMatchObject({ sort: 'city', descending: false });
  await page.getByRole('button', { name: 'City' }).click();
  await expect.poll(() => clients.mock.lastCall?.[0]).toMatchObject({ sort: 'city', descending: true });

  await filter.fill('zzzz');
  await expect.element(page.getByText('No clients match this filter')).toBeVisible();
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Clear filter' }).click();
  await expect.element(count).toHaveTextContent('1,204 clients');
});

test('100,000 clients draw few rows; Enter opens one and Back finds the list where it was', async () => {
  await openWindow('clients', { browser: { clients: 100_000 } });
  await expect.element(count).toHaveTextContent('100,000 clients');
  (grid.element() as HTMLElement).focus();
  await userEvent.keyboard('{End}');
  const cursor = () => document.getElementById(grid.element().getAttribute('aria-activedescendant') ?? '');
  await expect.poll(() => cursor()?.textContent).toContain('C-');
  expect(document.querySelectorAll('[role="row"]').length).toBeLessThan(200);
  const row = cursor()?.textContent;
  const { scrollTop } = grid.element();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('navigation', { name: 'Parts of the dossier' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Details' }).click();
  await page.getByRole('banner').getByRole('link', { name: 'Clients' }).click();
  await expect.element(grid).toHaveFocus();
  expect(grid.element().scrollTop).toBe(scrollTop);
  expect(cursor()?.textContent).toBe(row);
});

test('a change elsewhere keeps the place, the filter and a half-typed form', async () => {
  const { desk, clients, change } = watched();
  await openWindow('clients', { desk });
  await expect.element(grid).toBeVisible();
  (grid.element() as HTMLElement).focus();
  await userEvent.keyboard('{End}');
  const { scrollTop } = grid.element();
  await page.getByRole('button', { name: 'New client' }).click();
  const family = page.getByRole('textbox', { name: 'Family name' });
  await family.fill('Half');
  clients.mockClear();
  await desk.setClient('01937001-0000-7000-8000-000000000001', { phone: '06 12345678' });
  change('client');
  await expect.poll(() => clients.mock.calls.length).toBeGreaterThan(1);
  await expect.element(family).toHaveValue('Half');
  expect(grid.element().scrollTop).toBe(scrollTop);

  // What does not concern clients asks nothing.
  clients.mockClear();
  change('document');
  expect(clients).not.toHaveBeenCalled();
});

test('a list that does not come says why', async () => {
  const { desk, clients } = watched();
  clients.mockRejectedValueOnce(new DeskError('store', 'The database is damaged.'));
  await openWindow('clients', { desk });
  await expect.element(page.getByRole('alert')).toHaveTextContent('The database is damaged.');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(count).toHaveTextContent('1,204 clients');
});

test('without clients the list says what to do', async () => {
  await openWindow('clients', { browser: { clients: 0 } });
  await expect.element(page.getByText('There are no clients yet')).toBeVisible();
  expect(await faults()).toEqual([]);
});

test('a new client is checked, sent without what is empty, and opened', async () => {
  const { desk } = watched();
  const addClient = vi.fn(desk.addClient);
  await openWindow('clients', { desk: { ...desk, addClient } });
  await page.getByRole('button', { name: 'New client' }).click();
  const save = page.getByRole('button', { name: 'Save client' });
  await save.click();
  const family = page.getByRole('textbox', { name: 'Family name' });
  await expect.element(family).toHaveAccessibleDescription('Enter the family name.');
  await expect.element(family).toHaveFocus();
  expect(await faults()).toEqual([]);
  await family.fill('Öztürk');
  await page.getByRole('textbox', { name: 'Given name or initials' }).fill('Zoë');
  const email = page.getByRole('textbox', { name: 'E-mail' });
  // The page lets this pass; the desk does not, and says so at the field.
  await email.fill('zoe@nowhere');
  await save.click();
  await expect.element(email).toHaveAccessibleDescription('Enter an address such as name@example.nl.');
  await email.fill('zoe@voorbeeld.nl');
  await save.click();
  await expect.element(page.getByRole('heading', { level: 1, name: 'Zoë Öztürk' })).toBeVisible();
  expect(addClient).toHaveBeenLastCalledWith({
    kind: 'person',
    given_name: 'Zoë',
    family_name: 'Öztürk',
    email: 'zoe@voorbeeld.nl',
  });
  await expect.element(page.getByText('Zoë Öztürk is a client now')).toBeVisible();
});
