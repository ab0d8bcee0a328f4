import { DeskError } from '../desk-error';
import type { BookingLine } from '../generated/BookingLine';
import type { BookingQuery } from '../generated/BookingQuery';
import type { ClashLine } from '../generated/ClashLine';
import type { ClientLine } from '../generated/ClientLine';
import type { ClientQuery } from '../generated/ClientQuery';
import type { DocumentLine } from '../generated/DocumentLine';
import type { HistoryLine } from '../generated/HistoryLine';
import type { Hit } from '../generated/Hit';
import { inventBookings, inventDocuments } from './bookings';
import { cityOf, inventClients, nameOf, type StoredClient } from './clients';
import { folded, now } from './random';

type Slice = { offset: number; limit: number };

function page<Row>(rows: readonly Row[], { offset, limit }: Slice): { total: number; rows: Row[] } {
  return { total: rows.length, rows: rows.slice(offset, offset + limit) };
}

function lineOf({ id, values }: StoredClient): ClientLine {
  return {
    id,
    number: String(values.number),
    name: nameOf(values),
    kind: String(values.kind),
    state: String(values.state),
    email: (values.email as string | null) ?? null,
    phone: (values.phone as string | null) ?? null,
    city: cityOf(values),
    tags: (values.tags as string[] | null) ?? [],
  };
}

/** The records of the desk in memory, and the questions about them. */
export class BrowserStore {
  #count: number;
  #clients: Map<string, StoredClient> | undefined;
  #bookings: BookingLine[] | undefined;
  #documents: DocumentLine[] | undefined;
  /** The last question with its answer in order, so that the next block of it is at hand. */
  #answer: { key: string; rows: ClientLine[] } | undefined;
  #history = new Map<string, HistoryLine[]>();

  constructor(count: number) {
    this.#count = count;
  }

  get #all(): Map<string, StoredClient> {
    this.#clients ??= new Map(inventClients(this.#count).map((client) => [client.id, client]));
    return this.#clients;
  }

  get bookingLines(): BookingLine[] {
    if (this.#bookings) return this.#bookings;
    const clients = [...this.#all.values()];
    const count = clients.length ? Math.round(Math.min(clients.length * 7.5, 9000)) : 0;
    this.#bookings = inventBookings(
      count,
      (index) => {
        const client = clients[index] as StoredClient;
        return { id: client.id, name: nameOf(client.values) };
      },
      clients.length,
    );
    // One has lost its place to the one before.
    const [winner, lost] = this.#bookings.slice(-3);
    if (winner && lost) {
      const { starts, ends, resource_name } = winner;
      Object.assign(lost, { starts, ends, resource_name, state: 'clash' });
    }
    return this.#bookings;
  }

  clashes(): ClashLine[] {
    return this.bookingLines
      .map((booking, index, all) => ({ booking, by: all[index - 1] ?? null }))
      .filter(({ booking }) => booking.state === 'clash');
  }

  /** Changes a booking; a clash that is moved is an option. */
  setBooking(id: string, values: Record<string, unknown>): BookingLine {
    const line = this.bookingLines.find((booking) => booking.id === id);
    if (!line) throw new DeskError('unknown', 'There is no such booking.');
    const before = { ...line };
    Object.assign(line, values);
    if (typeof values.starts === 'string') {
      const length = Date.parse(before.ends) - Date.parse(before.starts);
      const ends = new Date(Date.parse(`${values.starts}Z`) + length);
      line.ends = ends.toISOString().slice(0, 19);
      if (before.state === 'clash') line.state = 'option';
    }
    return line;
  }

  get documentLines(): DocumentLine[] {
    this.#documents ??= inventDocuments(this.bookingLines);
    return this.#documents;
  }

  get size(): number {
    return this.#all.size;
  }

  client(id: string): StoredClient | undefined {
    return this.#all.get(id);
  }

  put(id: string, values: Record<string, unknown>): void {
    const before = this.#all.get(id);
    this.#all.set(id, {
      id,
      version: (before?.version ?? 0) + 1,
      values: { ...before?.values, ...values },
    });
    this.#answer = undefined;
    const fields = Object.entries(values).map(([field, after]) => ({
      field,
      label: field,
      before: shown(before?.values[field]),
      after: shown(after),
    }));
    this.#history.set(id, [
      { at: now, user: 'Balie Utrecht', elsewhere: false, kind: before ? 'change' : 'create', fields },
      ...(this.#history.get(id) ?? []),
    ]);
  }

  history(id: string): HistoryLine[] {
    return this.#history.get(id) ?? [];
  }

  clients(query: ClientQuery): { total: number; rows: ClientLine[] } {
    const { offset, limit, ...question } = query;
    const key = JSON.stringify(question);
    if (this.#answer?.key !== key) this.#answer = { key, rows: this.#ordered(query) };
    return page(this.#answer.rows, { offset, limit });
  }

  #ordered({ text, state, sort, descending }: ClientQuery): ClientLine[] {
    const words = folded(text).split(/\s+/).filter(Boolean);
    const keyed = [...this.#all.values()]
      .map(lineOf)
      .filter((line) => {
        if (state && line.state !== state) return false;
        if (!words.length) return true;
        const haystack = folded(
          `${line.name} ${line.number} ${line.email ?? ''} ${line.city ?? ''} ${line.tags.join(' ')}`,
        );
        return words.every((word) => haystack.includes(word));
      })
      .map((line) => ({ key: sort === 'number' ? line.number : folded(String(line[sort] || '~')), line }));
    keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.line.number < b.line.number ? -1 : 1));
    if (descending) keyed.reverse();
    return keyed.map(({ line }) => line);
  }

  bookings(query: BookingQuery): { total: number; rows: BookingLine[] } {
    const { text, state, client, from, until, sort, descending } = query;
    const words = folded(text).split(/\s+/).filter(Boolean);
    const found = this.bookingLines.filter((line) => {
      const day = line.starts.slice(0, 10);
      if ((state && line.state !== state) || (client && line.client !== client)) return false;
      if ((from && day < from) || (until && day > until)) return false;
      if (!words.length) return true;
      const haystack = folded(
        `${line.client_name} ${line.number} ${line.title ?? ''} ${line.resource_name} ${line.service_name}`,
      );
      return words.every((word) => haystack.includes(word));
    });
    found.sort((a, b) => (a[sort] < b[sort] ? -1 : a[sort] > b[sort] ? 1 : a.number < b.number ? -1 : 1));
    if (descending) found.reverse();
    return page(found, query);
  }

  documents(query: { client: string | null } & Slice): { total: number; rows: DocumentLine[] } {
    const found = this.documentLines
      .filter((line) => !query.client || line.client === query.client)
      .sort((a, b) => (a.document_date < b.document_date ? 1 : -1));
    return page(found, query);
  }

  search(text: string, limit: number): Hit[] {
    const words = folded(text).split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const hits: Hit[] = this.clients({
      text,
      state: null,
      sort: 'name',
      descending: false,
      offset: 0,
      limit,
    }).rows.map((line) => ({
      class: 'client',
      id: line.id,
      title: line.name || line.number,
      detail: [line.number, line.city].filter(Boolean).join(' · '),
      client: line.id,
    }));
    const matches = (line: { number: string | null }) =>
      words.every((word) => folded(line.number ?? '').includes(word));
    for (const line of this.bookingLines.filter(matches).slice(0, 4)) {
      const detail = `${line.client_name} · ${line.starts.slice(0, 10)}`;
      hits.push({ class: 'booking', id: line.id, title: line.number, detail, client: line.client });
    }
    for (const line of this.documentLines.filter(matches).slice(0, 4)) {
      hits.push({
        class: 'document',
        id: line.id,
        title: line.number ?? '',
        detail: line.client_name,
        client: line.client,
      });
    }
    return hits.slice(0, limit);
  }
}

function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
