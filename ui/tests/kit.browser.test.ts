import { createRawSnippet } from 'svelte';
import { describe, expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';
import Controls from '../src/gallery/Controls.svelte';
import Data from '../src/gallery/Data.svelte';
import Inputs from '../src/gallery/Inputs.svelte';
import States from '../src/gallery/States.svelte';
import Messages from '../src/lib/components/Messages.svelte';
import OnDemand from '../src/lib/components/OnDemand.svelte';
import { messages } from '../src/lib/messages.svelte';
import { faults } from './support/axe';

/** A button of the gallery by its text. */
function button(name: string) {
  return page.getByRole('button', { name, exact: true });
}

describe.each(['light', 'dark'])('%s theme', (theme) => {
  test('axe finds nothing in controls, inputs, states and data', async () => {
    document.documentElement.dataset.theme = theme;
    const controls = await render(Controls);
    expect(await faults()).toEqual([]);
    await controls.unmount();
    const inputs = await render(Inputs);
    expect(await faults()).toEqual([]);
    await inputs.unmount();
    const states = await render(States);
    expect(await faults()).toEqual([]);
    await states.unmount();
    await render(Data);
    await expect.element(page.getByText('B1000000')).toBeVisible();
    expect(await faults()).toEqual([]);
    await button('Show as table').click();
    await expect.element(page.getByRole('table', { name: 'Revenue per month' })).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  test('axe finds nothing in a dialog, a question, a popover and messages', async () => {
    document.documentElement.dataset.theme = theme;
    await render(Controls);
    await render(Messages);
    for (const [name, role] of [
      ['Open dialog', 'dialog'],
      ['Ask before erasing', 'alertdialog'],
      ['Why is this kept?', 'dialog'],
    ] as const) {
      await button(name).click();
      await expect.element(page.getByRole(role)).toBeVisible();
      expect(await faults(), name).toEqual([]);
      await userEvent.keyboard('{Escape}');
      await expect.element(page.getByRole(role)).not.toBeInTheDocument();
    }
    messages.show({ text: 'Refused', tone: 'bad', action: { label: 'Try again', run: () => {} } });
    await expect.element(page.getByRole('alert')).toHaveTextContent('Refused');
    expect(await faults()).toEqual([]);
  });
});

test('a field ties its label, hint and error to its control', async () => {
  await render(Controls);
  const price = page.getByRole('textbox', { name: 'Price per hour' });
  await expect.element(price).toHaveAccessibleDescription('Enter an amount such as 125.00');
  await expect.element(price).toHaveAttribute('aria-invalid', 'true');
  const name = page.getByRole('textbox', { name: 'Name' });
  await expect.element(name).toHaveAccessibleDescription('As it stands on documents.');
  await expect.element(name).toHaveAttribute('aria-required', 'true');
});

test('a busy button stays and does nothing', async () => {
  await render(Controls);
  const busy = button('Saving booking');
  await expect.element(busy).toHaveAttribute('aria-disabled', 'true');
  (busy.element() as HTMLElement).focus();
  expect(document.activeElement).toBe(busy.element());
});

test('segments are chosen with the arrow keys', async () => {
  await render(Controls);
  (page.getByRole('radio', { name: 'Week' }).element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(page.getByRole('radio', { name: 'Month' })).toBeChecked();
});

test('a dialog gives the focus to its first field, and back to what opened it', async () => {
  await render(Controls);
  await button('Open dialog').click();
  const dialog = page.getByRole('dialog', { name: 'New booking' });
  await expect.element(dialog.getByRole('textbox', { name: 'Client' })).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
  await expect.poll(() => document.activeElement).toBe(button('Open dialog').element());
});

test('a destructive question has the focus on Cancel and says what is lost', async () => {
  await render(Controls);
  await button('Ask before erasing').click();
  const question = page.getByRole('alertdialog', { name: 'Erase the details of Anna Jansen?' });
  await expect.element(question).toHaveAccessibleDescription(/Phone, e-mail and notes are destroyed/);
  await expect.poll(() => document.activeElement?.textContent?.trim()).toBe('Cancel');
  await button('Erase details').click();
  await expect.element(question).not.toBeInTheDocument();
});

test('a question that is refused stays and says why', async () => {
  await render(Controls);
  await button('Ask and refuse').click();
  await button('Post invoice').click();
  await expect.element(page.getByRole('alertdialog')).toHaveTextContent('Fiscal year 2024 is sealed.');
  await button('Cancel').click();
  await expect.element(page.getByRole('alertdialog')).not.toBeInTheDocument();
});

test('progress says how far in words, and nothing it does not know', async () => {
  await render(States);
  const sealing = page.getByRole('progressbar', { name: 'Sealing fiscal year 2024' });
  await expect.element(sealing).toHaveAttribute('aria-valuenow', '34');
  await expect.element(sealing).toHaveAttribute('aria-valuetext', '41 of 120 documents');
  const looking = page.getByRole('progressbar', { name: 'Looking for the hub' });
  await expect.element(looking).not.toHaveAttribute('aria-valuenow');
});

test('a message can be acted upon and dismissed', async () => {
  await render(Controls);
  await render(Messages);
  await button('Show message').click();
  await button('Undo').click();
  await expect.element(page.getByText('Booking moved back')).toBeVisible();
  await expect.element(page.getByText('Booking moved to 6 March')).not.toBeInTheDocument();
  await button('Dismiss message').click();
  await expect.element(page.getByText('Booking moved back')).not.toBeInTheDocument();
});

test('the chart has the same figures as a table', async () => {
  await render(Data);
  const chart = page.getByRole('img', { name: /^Revenue per month, Euro, excluding VAT\. 2026: Jan/ });
  await expect.element(chart).toBeInTheDocument();
  expect(chart.element().querySelectorAll('line').length).toBeLessThanOrEqual(5);
  await button('Show as table').click();
  await expect.element(page.getByRole('row', { name: /^Jan €12,000\.00 €10,000\.00$/ })).toBeInTheDocument();
});

test('a date is read as people type it, and what is none stays to be corrected', async () => {
  await render(Inputs);
  const day = page.getByRole('textbox', { name: 'Day' });
  await expect.element(day).toHaveValue('12/10/2027');
  await day.fill('1-3-2028');
  await userEvent.keyboard('{Enter}');
  await expect.element(day).toHaveValue('01/03/2028');
  await expect.element(page.getByTestId('day')).toHaveTextContent('2028-03-01');
  await day.fill('31-02-2028');
  await userEvent.keyboard('{Enter}');
  await expect.element(day).toHaveValue('31-02-2028');
  await expect.element(day).toHaveAccessibleDescription('Enter a date such as 12/10/2027.');
  await day.fill('');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByTestId('day')).toHaveTextContent('no day');
});

test('a slider steps by one and by a page, and stops at its end', async () => {
  await render(Inputs);
  const slider = page.getByRole('slider', { name: 'Months ahead' });
  (slider.element() as HTMLElement).focus();
  await userEvent.keyboard('{ArrowRight}{PageUp}');
  await expect.element(slider).toHaveAttribute('aria-valuetext', '19 months');
  await userEvent.keyboard('{PageUp}{PageUp}');
  await expect.element(slider).toHaveAttribute('aria-valuetext', '36 months');
});

test('a filter is emptied by Escape and by its button', async () => {
  await render(Inputs);
  const filter = page.getByRole('textbox', { name: 'Filter by name' });
  await filter.click();
  await userEvent.keyboard('{Escape}');
  await expect.element(filter).toHaveValue('');
  await filter.fill('Smit');
  await button('Clear').click();
  await expect.element(filter).toHaveValue('');
  await expect.element(filter).toHaveFocus();
});

describe('on demand', () => {
  const children = createRawSnippet<[string]>((part) => ({ render: () => `<p>${part()}</p>` }));

  test('a part is fetched once, when it is wanted', async () => {
    const load = vi.fn(async () => ({ default: 'The part' }));
    const shown = await render(OnDemand<string>, { load, wanted: false, children });
    expect(load).not.toHaveBeenCalled();
    await shown.rerender({ wanted: true });
    await expect.element(page.getByText('The part')).toBeVisible();
    await shown.rerender({ wanted: false });
    await shown.rerender({ wanted: true });
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('a part that does not come says why, and is asked for again', async () => {
    await render(Messages);
    const load = vi.fn(async () => ({ default: 'The part' }));
    load.mockRejectedValueOnce(new Error('It is gone'));
    const shown = await render(OnDemand<string>, { load, wanted: true, children });
    await expect.element(page.getByText('It is gone')).toBeVisible();
    await shown.rerender({ wanted: false });
    await shown.rerender({ wanted: true });
    await expect.element(page.getByText('The part')).toBeVisible();
  });
});
