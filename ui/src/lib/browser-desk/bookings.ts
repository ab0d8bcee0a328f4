import type { BookingLine } from '../generated/BookingLine';
import type { DocumentLine } from '../generated/DocumentLine';
import { daysAfter, idOf, number, pick, today } from './random';

const services = [
  'Jaarrekening',
  'Btw-aangifte',
  'Adviesgesprek',
  'Loonadministratie',
  'Zaal huren',
  'Controle',
];
const resources = ['Spreekkamer 1', 'Spreekkamer 2', 'Grote zaal', 'Marieke', 'Joost'];
const titles = [
  null,
  null,
  'Kwartaalbespreking',
  'Kennismaking',
  'Jaarcijfers doornemen',
  'Naar aanleiding van brief',
];

function stateOf(index: number, future: boolean): string {
  if (future) {
    return pick(
      ['confirmed', 'confirmed', 'confirmed', 'option', 'draft', 'waitlisted', 'cancelled'],
      index,
      40,
    );
  }
  return pick(['invoiced', 'closed', 'closed', 'done', 'cancelled', 'no_show', 'invoiced'], index, 41);
}

function clock(quarters: number): string {
  return `${String(Math.floor(quarters / 4)).padStart(2, '0')}:${String((quarters % 4) * 15).padStart(2, '0')}:00`;
}

type Who = { id: string; name: string };

/** That many invented bookings of these clients. */
export function inventBookings(count: number, who: (index: number) => Who, clients: number): BookingLine[] {
  return Array.from({ length: count }, (_, index) => {
    // The last one of the year after next, the first one six years back.
    const day = daysAfter(today, number(2900, index, 42) - 2200);
    const from = 34 + number(32, index, 43);
    const client = number(clients, index, 44);
    const { id, name } = who(client);
    return {
      id: idOf(2, index),
      number: `B-${String(index + 1).padStart(5, '0')}`,
      starts: `${day}T${clock(from)}`,
      ends: `${number(40, index, 45) ? day : daysAfter(day, 1)}T${clock(from + 2 + number(10, index, 46))}`,
      zone: 'Europe/Amsterdam',
      client: id,
      client_name: name,
      title: pick(titles, index, 47),
      resource_name: pick(resources, index, 48),
      service_name: pick(services, index, 49),
      state: stateOf(index, day > today),
      net: 2500 * (1 + number(60, index, 50)) + (number(5, index, 51) ? 0 : 95),
      currency: 'EUR',
      waiting: index >= count - 3,
    };
  });
}

/** The documents that some of these bookings led to. */
export function inventDocuments(bookings: readonly BookingLine[]): DocumentLine[] {
  return bookings
    .filter(({ state }) => state === 'invoiced' || state === 'closed')
    .map((booking, index) => {
      const date = booking.starts.slice(0, 10);
      const kind = number(20, index, 60) ? 'invoice' : 'credit_note';
      return {
        id: idOf(3, index),
        kind,
        number: `${date.slice(0, 4)}-${String(index + 1).padStart(5, '0')}`,
        state: booking.state === 'closed' ? 'posted' : 'issued',
        document_date: date,
        due_date: kind === 'invoice' ? daysAfter(date, 30) : null,
        client: booking.client,
        client_name: booking.client_name,
        gross: Math.round(booking.net * 1.21) * (kind === 'invoice' ? 1 : -1),
        currency: booking.currency,
        fiscal_year: Number(date.slice(0, 4)),
        originals: 0,
      };
    });
}
