import type { FetchBlock } from '../lib/grid/blocks';

/** An invented booking: the same for the same number, so that pictures and tests repeat. */
export type SampleRow = {
  number: string;
  client: string;
  resource: string;
  date: string;
  cents: number;
  status: 'ok' | 'warn' | 'bad' | 'neu';
};

const clients = [
  'Anna Jansen',
  'Bakkerij De Molen',
  'Chloé van Dam',
  'Καίτη Παπαδοπούλου',
  'Iris Lefèvre',
  'Юлия Орлова',
];
const resources = ['Room 101', 'Room 102', 'Studio A', 'Meeting 2'];
const states = ['ok', 'ok', 'warn', 'ok', 'bad', 'neu'] as const;

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

/** The row at a place. */
function sampleRow(index: number): SampleRow {
  const date = new Date(Date.UTC(2026, 0, 1 + (index % 365)));
  return {
    number: `B${1_000_000 + index}`,
    client: pick(clients, index),
    resource: pick(resources, index >> 1),
    date: date.toISOString().slice(0, 10),
    cents: ((index * 7919) % 250_000) + 5000,
    status: pick(states, index),
  };
}

/** Serves rows at once, up to `total`. */
export function sampleBlocks(total: number): FetchBlock<SampleRow> {
  return async (offset, count) =>
    Array.from({ length: Math.max(0, Math.min(count, total - offset)) }, (_, i) => sampleRow(offset + i));
}
