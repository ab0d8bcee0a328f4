import { expect, test } from 'vitest';
import { monthsAfter, monthsBetween, read, today, typed } from '../src/lib/dates';
import { formats } from '../src/lib/format';

test.each([
  ['12-10-2027', '2027-10-12'],
  ['12/10/2027', '2027-10-12'],
  [' 1.2.2027 ', '2027-02-01'],
  ['2027-10-12', '2027-10-12'],
  ['29-02-2028', '2028-02-29'],
])('%s is a date', (text, iso) => {
  expect(read(text)).toBe(iso);
});

test.each(['', 'today', '29-02-2027', '31-04-2027', '12-13-2027', '12-10-27', '2027'])(
  '%s is none',
  (text) => {
    expect(read(text)).toBeNull();
  },
);

test('what is written is what is read', () => {
  expect(typed('2027-03-05', 'nl')).toBe('05-03-2027');
  expect(typed('2027-03-05', 'en')).toBe('05/03/2027');
  expect(read(typed('2027-03-05', 'nl'))).toBe('2027-03-05');
});

test('a month later is the same day, or the last there is', () => {
  expect(monthsAfter('2026-11-25', 12)).toBe('2027-11-25');
  expect(monthsAfter('2026-01-31', 1)).toBe('2026-02-28');
  expect(monthsAfter('2026-01-31', -2)).toBe('2025-11-30');
  expect(monthsBetween('2026-11-25', '2041-11-25')).toBe(180);
  expect(monthsBetween('2026-11-25', '2026-01-01')).toBe(-10);
});

test('today is that of the clock on the wall', () => {
  expect(today(new Date(2026, 10, 5, 23, 59))).toBe('2026-11-05');
});

test('a period names its day once, and the second day when there is one', () => {
  const { period } = formats('en-GB');
  expect(period('2027-10-12T19:00:00', '2027-10-12T21:00:00')).toBe('Tue 12 Oct 2027, 19:00–21:00');
  expect(period('2027-10-12T22:00:00', '2027-10-13T01:30:00')).toBe(
    'Tue 12 Oct 2027, 22:00–Wed 13 Oct 2027, 01:30',
  );
  expect(() => period('2027-10-12', '2027-10-13')).toThrow(RangeError);
});

test('a moment of today needs only its time', () => {
  const { momentShort } = formats('nl-NL');
  const at = new Date(2026, 10, 25, 14, 2).getTime() / 1000;
  expect(momentShort(at, at + 3600)).toBe('14:02');
  expect(momentShort(at, at + 86_400)).toMatch(/^25 nov 2026, 14:02$/);
});
