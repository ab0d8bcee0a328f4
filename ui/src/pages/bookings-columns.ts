import type { Column } from '../lib/components/VirtualGrid.svelte';
import type { Formats } from '../lib/format';
import type { BookingLine } from '../lib/generated/BookingLine';
import type { Messages } from '../lib/i18n/messages';

export type BookingKey = 'starts' | 'number' | 'client' | 'title' | 'resource' | 'state' | 'net' | 'why';

/**
 * The columns of a table of bookings; where all are of one client without that of the client, and with why each is
 * kept.
 */
export function bookingColumns(
  m: Messages['bookings']['columns'],
  format: Formats,
  ofOneClient: boolean,
): Column<BookingKey, BookingLine>[] {
  const client: Column<BookingKey> = { key: 'client', label: m.client, width: 180, grow: true };
  const why: Column<BookingKey> = { key: 'why', label: m.why, width: 72 };
  return [
    { key: 'starts', label: m.starts, width: 228, sortable: true },
    { key: 'number', label: m.number, width: 92, sortable: true, text: (row) => row.number, look: 'code' },
    ...(ofOneClient ? [] : [client]),
    {
      key: 'title',
      label: m.title,
      width: 180,
      grow: true,
      text: (row) => [row.title, row.service_name].filter(Boolean).join(' · '),
    },
    { key: 'resource', label: m.resource, width: 124, text: (row) => row.resource_name, look: 'quiet' },
    {
      key: 'net',
      label: m.net,
      width: 124,
      numeric: true,
      sortable: true,
      text: (row) => format.money(row.net, row.currency),
    },
    { key: 'state', label: m.state, width: 124, sortable: true },
    ...(ofOneClient ? [why] : []),
  ];
}
