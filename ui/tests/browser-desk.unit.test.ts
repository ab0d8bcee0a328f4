import { expect, test } from 'vitest';
import { createBrowserDesk, optionsFromAddress } from '../src/lib/browser-desk';
import type { ClientQuery } from '../src/lib/generated/ClientQuery';

const all: ClientQuery = { text: '', state: null, sort: 'name', descending: false, offset: 0, limit: 50 };

test('what is invented is the same every time', async () => {
  const [one, other] = [createBrowserDesk(), createBrowserDesk()];
  expect(await one.clients(all)).toEqual(await other.clients(all));
  expect((await one.clients(all)).total).toBe(1204);
  const status = await one.status();
  expect(status.records.bookings).toBe(9000);
});

test('a filter finds without accents and by state', async () => {
  const desk = createBrowserDesk();
  const { rows } = await desk.clients({ ...all, text: 'nunez' });
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(row.name).toContain('Núñez');
  const prospects = await desk.clients({ ...all, state: 'prospect' });
  expect(new Set(prospects.rows.map((row) => row.state))).toEqual(new Set(['prospect']));
});

test('a change waits to be sent, and can be undone', async () => {
  const desk = createBrowserDesk();
  const [line] = (await desk.clients(all)).rows;
  const id = line?.id ?? '';
  await desk.setClient(id, { phone: '06 1' });
  expect((await desk.status()).waiting).toBe(1);
  const step = await desk.lastStep('en');
  await desk.undo(step?.step ?? 0);
  const phone = (await desk.client(id, 'en')).values.find(({ field }) => field === 'phone');
  expect(phone?.value).toBe(line?.phone);
});

test('an address asks for another desk only in words that exist', () => {
  expect(optionsFromAddress('?clients=100000&opening=locked&sync=offline&keyring=no')).toEqual({
    clients: 100_000,
    opening: 'locked',
    sync: 'offline',
    keyring: false,
  });
  expect(optionsFromAddress('?clients=-1&opening=ajar&sync=maybe')).toEqual({});
});
