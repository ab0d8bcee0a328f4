/** A number from 0 up to and not including `below`, always the same for the same seed and salt. */
export function number(below: number, seed: number, salt: number): number {
  let x = (seed * 0x9e3779b1 + salt * 0x85ebca6b + 0x27d4eb2f) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) >>> 0;
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39) >>> 0;
  return ((x ^ (x >>> 15)) >>> 0) % below;
}

/** One of a list, always the same for the same seed and salt. */
export function pick<T>(list: readonly T[], seed: number, salt: number): T {
  return list[number(list.length, seed, salt)] as T;
}

/** An id that looks like those of the desk and sorts in the order of its number. */
export function idOf(kind: number, index: number): string {
  const tail = (index + 1).toString(16).padStart(12, '0');
  return `01937${kind.toString(16).padStart(3, '0')}-0000-7000-8000-${tail}`;
}

/** A text as people search it: without case and without accents. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The day that many days after another one, both as YYYY-MM-DD. */
export function daysAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Today, for everything invented here, so that pictures and tests repeat. */
export const today = '2026-11-25';

/** Now, in seconds since 1970, for everything invented here. */
export const now = Date.UTC(2026, 10, 25, 13, 2) / 1000;
