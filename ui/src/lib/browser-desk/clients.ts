import { daysAfter, idOf, number, pick } from './random';

/** A client as this desk keeps it: every field by its name. */
export type StoredClient = { id: string; version: number; values: Record<string, unknown> };

const given = [
  'Noor', 'Daan', 'Chloé', 'Bram', 'Zoë', 'Teun', 'Iris', 'Joëlle', 'Sjoerd', 'Anne-Fleur', 'Yasmin', 'Kees',
  'Loïs', 'Ömer', 'Maartje', 'Jürgen', 'Eliška', 'Ruben', 'Fatıma', 'Wietske', 'Søren', 'Lotte', 'Thijs', 'Renée',
]; // prettier-ignore
const infixes = ['', '', '', '', 'de', 'van', 'van der', 'van den', 'ter', "van 't", 'in ’t'];
const family = [
  'Jansen', 'Visser', 'Bakker', 'Lefèvre', 'Meijer', 'Berg', 'Vries', 'Núñez', 'Dijkstra', 'Groot', 'Müller',
  'Hoekstra', 'Brouwer', 'Yılmaz', 'Wal', 'Linden', 'Kowalczyk', 'Çelik', 'Postma', 'Veen', 'Heuvel', 'Smit',
  'Dąbrowska', 'Peeters', 'Hout', 'Öztürk', 'Kuiper', 'Schouten',
]; // prettier-ignore
const trades = [
  'Bakkerij', 'Bouwbedrijf', 'Atelier', 'Garage', 'Praktijk', 'Hoveniersbedrijf', 'Drukkerij', 'Installatiebureau',
  'Café', 'Advies', 'Schildersbedrijf', 'Kwekerij',
]; // prettier-ignore
const forms = ['B.V.', 'V.O.F.', '', '& Zn.', 'B.V.'];
const cities = [
  'Utrecht', 'Amersfoort', '’s-Hertogenbosch', 'Groningen', 'Zwolle', 'Breda', 'Haarlem', 'Leiden', 'Sneek',
  'Venlo', 'Curaçao', 'Deventer',
]; // prettier-ignore
const streets = ['Lange Nieuwstraat', 'Oudegracht', 'Stationsplein', 'Prinsesseweg', 'Dorpsstraat', 'Kade'];
const tagWords = ['jaarrekening', 'btw-kwartaal', 'loon', 'zzp', 'vereniging'];
const notes = [
  'Belt liever dan dat er gemaild wordt.',
  'Levert de bonnen per kwartaal aan, meestal in de laatste week.',
  'Boekjaar loopt gelijk met het kalenderjaar.',
];

/** The name as it is written: given name, infix and family name, or the company's. */
export function nameOf(values: Record<string, unknown>): string {
  const person = [values.given_name, values.infix, values.family_name].filter(Boolean).join(' ');
  return String(values.company_name || person || '');
}

/** The city of the first address. */
export function cityOf(values: Record<string, unknown>): string | null {
  const addresses = values.addresses as { city?: string }[] | null;
  return addresses?.[0]?.city ?? null;
}

function stateOf(index: number): string {
  const draw = number(100, index, 4);
  if (draw < 74) return 'active';
  if (draw < 86) return 'prospect';
  if (draw < 97) return 'inactive';
  return draw < 99 ? 'restricted' : 'erased';
}

function invented(index: number): StoredClient {
  const company = number(10, index, 1) < 4;
  const state = stateOf(index);
  const erased = state === 'erased';
  const last = pick(family, index, 3);
  const infix = pick(infixes, index, 2);
  const mailName = `${last}${index}`
    .normalize('NFD')
    .replace(/[^A-Za-z0-9]/g, '')
    .toLowerCase();
  const personal = {
    given_name: company ? null : pick(given, index, 5),
    infix: company ? null : infix || null,
    family_name: company ? null : last,
    company_name: company ? `${pick(trades, index, 6)} ${last} ${pick(forms, index, 7)}`.trim() : null,
    kvk_number: company ? String(10_000_000 + number(89_999_999, index, 8)) : null,
    vat_number: company ? `NL${100_000_000 + number(899_999_999, index, 9)}B01` : null,
    iban: number(3, index, 10) ? `NL91ABNA0${417_000_000 + number(999_999, index, 11)}` : null,
    birth_date:
      !company && number(4, index, 12) === 0 ? daysAfter('1950-01-01', number(18_000, index, 13)) : null,
    email: number(12, index, 14) ? `${mailName}@voorbeeld.nl` : null,
    phone: number(9, index, 15) ? `06 ${String(10_000_000 + number(89_999_999, index, 16))}` : null,
    website: company && number(2, index, 17) ? `https://${mailName}.voorbeeld.nl` : null,
    newsletter_email: number(6, index, 18) === 0 ? `nieuws.${mailName}@voorbeeld.nl` : null,
    addresses: [
      {
        key: idOf(20, index),
        kind: 'visit',
        street: `${pick(streets, index, 19)} ${1 + number(180, index, 20)}`,
        postcode: `${1000 + number(8999, index, 21)} AB`,
        city: pick(cities, index, 22),
        country: 'NL',
      },
    ],
    contacts: company
      ? [
          {
            key: idOf(21, index),
            name: `${pick(given, index, 23)} ${last}`,
            role: 'buyer',
            email: `inkoop.${mailName}@voorbeeld.nl`,
          },
        ]
      : [],
    note: number(5, index, 24) === 0 ? pick(notes, index, 25) : null,
  };
  const gone = Object.fromEntries(Object.keys(personal).map((field) => [field, null]));
  return {
    id: idOf(1, index),
    version: 1 + number(6, index, 26),
    values: {
      kind: company ? 'company' : 'person',
      state,
      number: `C-${String(index + 1).padStart(4, '0')}`,
      ...(erased ? gone : personal),
      language: number(8, index, 27) ? 'nl' : 'en',
      payment_days: pick([14, 30, 30, null], index, 28),
      tags: number(3, index, 29) ? [] : [pick(tagWords, index, 30)],
      merged_into: null,
    },
  };
}

const kept = new Map<number, readonly StoredClient[]>();

/** That many invented clients, always the same ones. */
export function inventClients(count: number): StoredClient[] {
  let clients = kept.get(count);
  if (!clients) {
    clients = Array.from({ length: count }, (_, index) => invented(index));
    kept.set(count, clients);
  }
  return [...clients];
}
