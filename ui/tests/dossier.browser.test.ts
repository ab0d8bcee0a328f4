import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { createBrowserDesk } from '../src/lib/browser-desk';
import { DeskError } from '../src/lib/desk-error';
import type { UndoLine } from '../src/lib/generated/UndoLine';
import { openWindow } from './support/app';
import { faults } from './support/axe';

const id = '01937001-0000-7000-8000-000000000008';
const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });

function watched() {
  const desk = createBrowserDesk();
  const setClient = vi.fn(desk.setClient);
  return { desk: { ...desk, setClient }, setClient };
}

async function edit(): Promise<void> {
  await button('Edit').click();
  await expect.element(field('Phone').first()).toBeVisible();
}

/** The field of the client itself, not that of a contact. */
const email = page
  .getByRole('region', { name: 'Contact', exact: true })
  .getByRole('textbox', { name: 'E-mail' });

test('only changed fields are saved, and what was emptied is cleared', async () => {
  const { desk, setClient } = watched();
  await openWindow(`clients/${id}`, { desk });
  await edit();
  await email.fill('nieuw@voorbeeld.nl');
  await expect.element(page.getByText('Not saved yet')).toBeVisible();
  await field('Web site').fill('');
  await field('Tags').fill('zzp, btw, zzp');
  await field('Payment term in days').fill('14');
  expect(await faults()).toEqual([]);
  await button('Save').first().click();
  await expect.element(button('Edit')).toHaveFocus();
  expect(setClient).toHaveBeenCalledExactlyOnceWith(id, {
    email: 'nieuw@voorbeeld.nl',
    website: null,
    tags: ['btw', 'zzp'],
    payment_days: 14,
  });
  await expect.element(page.getByText('nieuw@voorbeeld.nl')).toBeVisible();
  expect(await faults()).toEqual([]);

  // Ctrl Z takes it back and says what.
  await userEvent.keyboard('{Control>}z{/Control}');
  await expect.element(page.getByText('Undone: change of a client')).toBeVisible();
  await expect.element(page.getByText('nieuw@voorbeeld.nl')).not.toBeInTheDocument();
});

test('a step of many records, or of another day, is asked about before it is undone', async () => {
  const desk = createBrowserDesk();
  const undo = vi.fn(async () => {});
  const now = Math.floor(Date.now() / 1000) + 60;
  const step = { step: 7, operation: 'client.import', label: 'import of clients', at: now, records: 1200 };
  const lastStep = vi.fn(async (): Promise<UndoLine | null> => step);
  await openWindow('clients', { desk: { ...desk, undo, lastStep } });
  await expect.element(page.getByTestId('client-count')).toBeVisible();
  const question = page.getByRole('alertdialog', { name: 'Undo: import of clients?' });
  await userEvent.keyboard('{Control>}z{/Control}');
  await expect.element(question).toBeVisible();
  await expect.element(question.getByText(/1,200 records become/)).toBeVisible();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect.element(question).not.toBeInTheDocument();
  expect(undo).not.toHaveBeenCalled();

  lastStep.mockResolvedValue({ ...step, at: 0, records: 1 });
  await userEvent.keyboard('{Control>}z{/Control}');
  await question.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => undo.mock.calls).toEqual([[7]]);
  await expect.element(question).not.toBeInTheDocument();

  lastStep.mockResolvedValue({ ...step, step: 8, records: 1 });
  await userEvent.keyboard('{Control>}z{/Control}');
  await expect.poll(() => undo.mock.calls).toEqual([[7], [8]]);
});

test('the message after saving undoes that step, whatever came after it', async () => {
  const { desk } = watched();
  const undo = vi.fn(async () => {});
  const lastStep = vi.fn(desk.lastStep);
  await openWindow(`clients/${id}`, { desk: { ...desk, undo, lastStep } });
  await edit();
  await email.fill('nieuw@voorbeeld.nl');
  await button('Save').first().click();
  await expect.element(button('Undo')).toBeVisible();
  lastStep.mockResolvedValue({
    step: 99,
    operation: 'client.set',
    label: 'something newer',
    at: 0,
    records: 1,
  });
  await button('Undo').click();
  expect(undo).toHaveBeenCalledExactlyOnceWith(1);
});

test('nothing changed is nothing sent', async () => {
  const { desk, setClient } = watched();
  await openWindow(`clients/${id}`, { desk });
  await edit();
  await button('Save').first().click();
  await expect.element(page.getByText('Nothing was changed')).toBeVisible();
  expect(setClient).not.toHaveBeenCalled();
});

test('Escape gives up what was typed, and it can be brought back', async () => {
  const { desk, setClient } = watched();
  await openWindow(`clients/${id}`, { desk });
  await edit();
  await email.fill('half@voorbeeld.nl');
  await userEvent.keyboard('{Escape}');
  await expect.element(button('Edit')).toBeVisible();
  await button('Restore').click();
  await expect.element(email).toHaveValue('half@voorbeeld.nl');
  await button('Cancel').click();
  expect(setClient).not.toHaveBeenCalled();
});

test('what is wrong stands at its field, also what the desk says', async () => {
  const { desk, setClient } = watched();
  await openWindow(`clients/${id}`, { desk });
  await edit();
  const days = field('Payment term in days');
  await days.fill('thirty');
  await button('Save').first().click();
  await expect.element(days).toHaveAccessibleDescription('Enter a whole number such as 30.');
  await expect.element(days).toHaveFocus();
  await expect.element(page.getByRole('alert')).toHaveTextContent('1 field needs attention');
  expect(setClient).not.toHaveBeenCalled();
  await days.fill('30');
  await email.fill('no address');
  await button('Save').first().click();
  await expect.element(email).toHaveAccessibleDescription('Enter an address such as name@example.nl.');
  await expect.element(days).toHaveValue('30');
});

test('a change from elsewhere leaves a form as it was typed', async () => {
  const desk = createBrowserDesk();
  const client = vi.fn(desk.client);
  await openWindow(`clients/${id}`, { desk: { ...desk, client } });
  await edit();
  await email.fill('half@voorbeeld.nl');
  const asked = client.mock.calls.length;
  await desk.setClient(id, { phone: '030 7654321' });
  await expect.poll(() => client.mock.calls.length).toBeGreaterThan(asked);
  await expect.element(email).toHaveValue('half@voorbeeld.nl');
  const contact = page.getByRole('region', { name: 'Contact', exact: true });
  await expect.element(contact.getByRole('textbox', { name: 'Phone' })).toHaveValue('030 7654321');
});

test('a form that was left is still there on the way back', async () => {
  await openWindow(`clients/${id}`);
  await edit();
  await email.fill('half@voorbeeld.nl');
  await page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Sync' }).click();
  await expect.element(page.getByRole('heading', { level: 1, name: 'Sync' })).toBeVisible();
  location.hash = `#/clients/${id}`;
  await expect.element(email).toHaveValue('half@voorbeeld.nl');
});

test('an address is added with a key of its own', async () => {
  const { desk, setClient } = watched();
  await openWindow(`clients/${id}`, { desk });
  await edit();
  await button('Add address').click();
  const second = page.getByRole('group', { name: 'Address 2' });
  await second.getByRole('textbox', { name: 'City' }).fill('Zwolle');
  await button('Save').first().click();
  await expect.poll(() => setClient.mock.calls.length).toBe(1);
  const sent = setClient.mock.lastCall?.[1] as { addresses: Record<string, string>[] };
  expect(Object.keys(sent)).toEqual(['addresses']);
  expect(sent.addresses[1]).toEqual({
    key: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
    kind: 'visit',
    country: 'NL',
    city: 'Zwolle',
  });
});

test('why a value is kept is told by keyboard', async () => {
  const desk = createBrowserDesk();
  const explain = vi.fn(desk.explain);
  await openWindow(`clients/${id}`, { desk: { ...desk, explain } });
  const why = button('Why is this kept? E-mail');
  await expect.element(why).toBeVisible();
  (why.element() as HTMLElement).focus();
  expect(explain).not.toHaveBeenCalled();
  await userEvent.keyboard('{Enter}');
  const panel = page.getByRole('dialog', { name: 'Why is this kept? E-mail' });
  await expect
    .element(panel)
    .toHaveTextContent(/needed for the contract.*17 Mar 2029.*The office chose 2 years/s);
  expect(explain).toHaveBeenCalledExactlyOnceWith({ class: 'client', id, field: 'email', language: 'en' });
  expect(await faults()).toEqual([]);
  await userEvent.keyboard('{Escape}');
  await expect.element(panel).not.toBeInTheDocument();
  await expect.poll(() => document.activeElement).toBe(why.element());
});

test('a document says of each value why it is kept; what stands by itself is asked about by itself', async () => {
  const desk = createBrowserDesk();
  const explain = vi.fn(desk.explain);
  await openWindow(`clients/${id}/documents`, { desk: { ...desk, explain } });
  await page
    .getByRole('button', { name: /^Why is this kept\?/ })
    .first()
    .click();
  const panel = page.getByRole('dialog', { name: /^Why is this kept/ });
  await expect
    .element(panel)
    .toHaveTextContent(/Number, Date, Amount incl. VAT.*until 31 Dec 2033 inclusive.*Note.*\(contract\)/s);
  expect(await faults()).toEqual([]);
  await userEvent.keyboard('{Escape}');

  await page.getByRole('navigation', { name: 'Parts of the dossier' }).getByText('Privacy').click();
  await page.getByRole('button', { name: 'Why is this kept? Belastingdienst, Reference' }).click();
  await expect.element(panel).toBeVisible();
  expect(explain).toHaveBeenLastCalledWith(
    expect.objectContaining({ class: 'disclosure', field: 'reference' }),
  );
});

test.each([
  ['Bookings', /\d+ bookings?/],
  ['Documents', /\d+ documents?/],
  ['Privacy', /Consents/],
  ['History', /Changed at another desk/],
  ['History', /What was done to it before is in the history of that desk/],
])('the part %s stands by itself', async (part, text) => {
  await openWindow(`clients/${id}`);
  await page
    .getByRole('navigation', { name: 'Parts of the dossier' })
    .getByRole('link', { name: part })
    .click();
  await expect.element(page.getByRole('main').getByText(text).first()).toBeVisible();
  expect(await faults()).toEqual([]);
});

test('printing chooses the default printer and the language; without a printer it says so', async () => {
  const desk = createBrowserDesk();
  const printDossier = vi.fn(desk.printDossier);
  const printers = vi.fn(desk.printers);
  await openWindow(`clients/${id}`, { desk: { ...desk, printDossier, printers } });
  await button('Print…').click();
  await expect.element(page.getByRole('combobox', { name: 'Printer' })).toHaveValue('office');
  await page.getByRole('combobox', { name: 'Language' }).selectOptions('Nederlands');
  expect(await faults()).toEqual([]);
  await button('Print').click();
  await expect.element(page.getByText('Sent to office, job 118')).toBeVisible();
  expect(printDossier).toHaveBeenCalledWith({ client: id, language: 'nl', printer: 'office' });

  printers.mockResolvedValueOnce([]);
  await button('Print…').click();
  await expect.element(page.getByText(/This computer has no printer/)).toBeVisible();
  await expect.element(button('Print')).not.toBeInTheDocument();
});

test('a dossier is saved in either form', async () => {
  await openWindow(`clients/${id}`);
  await button('Save as JSON').click();
  await expect.element(page.getByText(/^Saved as .*\.json$/)).toBeVisible();
});

test('on a narrow screen the part on screen is never beyond the edge', async () => {
  await page.viewport(320, 700);
  await openWindow(`clients/${id}/history`, { desk: createBrowserDesk() });
  const part = page.getByRole('link', { name: 'History' });
  await expect.element(part).toHaveAttribute('aria-current', 'true');
  const inView = () => {
    const { left, right } = part.element().getBoundingClientRect();
    return left >= 0 && Math.floor(right) <= 320;
  };
  await expect.poll(inView).toBe(true);
});

test('an original is added to a document, saved as a copy and kept on this desk', async () => {
  const desk = createBrowserDesk();
  const addOriginal = vi.fn(desk.addOriginal);
  await openWindow(`clients/${id}/documents`, { desk: { ...desk, addOriginal } });
  await page
    .getByRole('button', { name: /^(Add an original to|1 original of)/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: /^Originals of/ });
  await expect.element(dialog).toBeVisible();
  expect(await faults()).toEqual([]);
  const receipt = new File(['a receipt'], 'bon 12.txt', { type: 'text/plain' });
  await dialog.getByTestId('chosen-file').upload(receipt);
  await expect.element(dialog.getByText('bon 12.txt was added')).toBeVisible();
  expect(addOriginal).toHaveBeenCalledOnce();
  await expect.element(dialog.getByRole('cell', { name: 'Here; waits for the hub' })).toBeVisible();
  await expect.element(dialog.getByRole('cell', { name: '9 byte' })).toBeVisible();

  const keep = dialog.getByRole('button', { name: 'Keep on this desk: bon 12.txt' });
  await expect.element(keep).toHaveAttribute('aria-pressed', 'false');
  await keep.click();
  await expect.element(keep).toHaveAttribute('aria-pressed', 'true');
  await dialog.getByRole('button', { name: 'Save a copy: bon 12.txt' }).click();
  await expect.element(dialog.getByText('Saved as ~/Downloads/bon 12.txt')).toBeVisible();
  expect(await faults()).toEqual([]);
});

test('what is wrong with a file that is added is said in the dialog', async () => {
  const desk = createBrowserDesk();
  const addOriginal = async (): Promise<never> => {
    throw new DeskError('original_unusable', 'The file cannot be used as an original: too large.');
  };
  await openWindow(`clients/${id}/documents`, { desk: { ...desk, addOriginal } });
  await page
    .getByRole('button', { name: /^(Add an original to|1 original of)/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: /^Originals of/ });
  await dialog.getByTestId('chosen-file').upload(new File(['x'], 'groot.bin'));
  await expect.element(dialog.getByText(/cannot be used as an original/)).toBeVisible();
  await dialog.getByText('Close').click();
  await expect.element(dialog).not.toBeInTheDocument();
});
