import type { Language } from './generated/Language';

/** How a date is typed in a language: 12-10-2027 in Dutch, 12/10/2027 in English. */
const marks: Record<Language, string> = { nl: '-', en: '/' };

/** Whether a calendar date exists. */
export function exists(iso: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(iso) ? new Date(`${iso}T00:00:00Z`) : null;
  return date !== null && !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === iso;
}

/** A calendar date, given as YYYY-MM-DD, as it is typed. */
export function typed(iso: string, language: Language): string {
  return iso.split('-').reverse().join(marks[language]);
}

/**
 * The calendar date that somebody typed: day, month and year with any mark between them, or year first. Null for
 * anything that is no date.
 */
export function read(text: string): string | null {
  const parts = /^(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})$/.exec(text.trim());
  if (!parts) return null;
  const [, a = '', b = '', c = ''] = parts;
  const [year, day] = a.length === 4 ? [a, c] : [c, a];
  if (year.length !== 4) return null;
  const iso = `${year}-${b.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return exists(iso) ? iso : null;
}

/** Today by the clock of this computer. */
export function today(now = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** The same day that many months later; the last day of the month where it has no such day. */
export function monthsAfter(iso: string, months: number): string {
  const [year = 0, month = 1, day = 1] = iso.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(day, last));
  return first.toISOString().slice(0, 10);
}

/** How many whole months lie between two days. */
export function monthsBetween(from: string, until: string): number {
  const [fromYear = 0, fromMonth = 0] = from.split('-').map(Number);
  const [year = 0, month = 0] = until.split('-').map(Number);
  return (year - fromYear) * 12 + (month - fromMonth);
}
