/** Writes values in one locale. The pages reach it as `i18n.format`. */
export type Formats = {
  /** A whole number: 12,345. */
  integer(value: number): string;
  /** A number of bytes, in the decimal units of file systems: 2.5 MB. */
  bytes(value: number): string;
  /** An amount in minor units (cents) of an ISO 4217 currency: €125.00. */
  money(minor: number, currency?: string): string;
  /** The same for the axis of a chart, where there is no room: €1.5K. */
  moneyShort(minor: number, currency?: string): string;
  /** A calendar date, given as YYYY-MM-DD: 05 Mar 2026. */
  date(iso: string): string;
  /** The month of a calendar date: Mar. */
  month(iso: string): string;
  /** A moment in seconds since 1970, by the clock of this computer: 05 Mar 2026, 14:02. */
  moment(seconds: number): string;
  /** The same with only the time when it was today: 14:02. */
  momentShort(seconds: number, now?: number): string;
  /** From when until when, by the clock on the wall: Tue 12 Oct 2027, 19:00–21:00. */
  period(starts: string, ends: string): string;
};

/**
 * An amount as decimal text, so that Intl formats the exact cents and never a binary fraction.
 * How many minor units a currency has is the currency's own matter: cents for the euro, none for the yen.
 */
function decimal(minor: number, digits: number): Intl.StringNumericLiteral {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`Not a whole number of minor units: ${minor}`);
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  const cut = text.length - digits;
  const sign = minor < 0 ? '-' : '';
  const value = digits ? `${text.slice(0, cut)}.${text.slice(cut)}` : text;
  return `${sign}${value}` as Intl.StringNumericLiteral;
}

/** A calendar date is a day without a time: it is put at midnight UTC and read back in UTC. */
function day(iso: string): Date {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  const date = parts ? new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]))) : null;
  if (!date || date.toISOString().slice(0, 10) !== iso) throw new RangeError(`Not a calendar date: ${iso}`);
  return date;
}

/** The day and the time of what the clock on the wall says, given as YYYY-MM-DDTHH:MM:SS. */
function wall(iso: string): { date: string; time: string } {
  const parts = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(iso);
  if (!parts) throw new RangeError(`Not a wall time: ${iso}`);
  return { date: parts[1] as string, time: parts[2] as string };
}

/** Made when it is first used: a format of Intl takes the web view milliseconds, and the first page needs few. */
function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}

/** What the clock on the wall says: 14:02. Both languages count to 24. */
function clock(date: Date): string {
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** The formats of one locale, given as a BCP 47 tag. */
export function formats(tag: string): Formats {
  const dated = { day: '2-digit', month: 'short', year: 'numeric' } as const;
  const integers = once(() => new Intl.NumberFormat(tag, { maximumFractionDigits: 0 }));
  const dates = once(() => new Intl.DateTimeFormat(tag, { ...dated, timeZone: 'UTC' }));
  const months = once(() => new Intl.DateTimeFormat(tag, { month: 'short', timeZone: 'UTC' }));
  const weekdays = once(() => new Intl.DateTimeFormat(tag, { weekday: 'short', timeZone: 'UTC' }));
  const localDates = once(() => new Intl.DateTimeFormat(tag, dated));
  const kept = new Map<string, Intl.NumberFormat>();

  function currencyFormat(currency: string, short: boolean): Intl.NumberFormat {
    const key = `${currency} ${short}`;
    let format = kept.get(key);
    if (!format) {
      format = new Intl.NumberFormat(tag, {
        style: 'currency',
        currency,
        // Engines differ in their default for compact amounts; this makes €750K of €750.0K everywhere.
        ...(short && {
          notation: 'compact',
          maximumFractionDigits: 1,
          trailingZeroDisplay: 'stripIfInteger',
        }),
      });
      kept.set(key, format);
    }
    return format;
  }

  function digits(currency: string): number {
    return currencyFormat(currency, false).resolvedOptions().maximumFractionDigits ?? 2;
  }

  return {
    integer: (value) => integers().format(value),
    bytes: (value) => {
      const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
      const step = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1);
      const amount = value / 1000 ** step;
      return new Intl.NumberFormat(tag, {
        style: 'unit',
        unit: units[step] as string,
        maximumFractionDigits: step && amount < 100 ? 1 : 0,
      }).format(amount);
    },
    money: (minor, currency = 'EUR') =>
      currencyFormat(currency, false).format(decimal(minor, digits(currency))),
    moneyShort: (minor, currency = 'EUR') =>
      currencyFormat(currency, true).format(decimal(minor, digits(currency))),
    date: (iso) => dates().format(day(iso)),
    month: (iso) => months().format(day(iso)),
    moment: (seconds) => {
      const date = new Date(seconds * 1000);
      return `${localDates().format(date)}, ${clock(date)}`;
    },
    momentShort: (seconds, now = Date.now() / 1000) => {
      const date = new Date(seconds * 1000);
      const isToday = date.toDateString() === new Date(now * 1000).toDateString();
      return isToday ? clock(date) : `${localDates().format(date)}, ${clock(date)}`;
    },
    period: (starts, ends) => {
      const from = wall(starts);
      const until = wall(ends);
      const name = (iso: string) => `${weekdays().format(day(iso))} ${dates().format(day(iso))}`;
      const end = from.date === until.date ? until.time : `${name(until.date)}, ${until.time}`;
      return `${name(from.date)}, ${from.time}–${end}`;
    },
  };
}
