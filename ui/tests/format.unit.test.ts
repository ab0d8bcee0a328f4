import { describe, expect, test } from 'vitest';
import { formats } from '../src/lib/format';

const en = formats('en-GB');
const nl = formats('nl-NL');

/** Engines differ in which spaces and signs they put around an amount; the figures must not differ. */
function figures(text: string): string {
  return text.replace(/[^\d.,]/g, '');
}

describe('money', () => {
  test('cents become an amount with two decimals in the manner of the language', () => {
    expect(figures(en.money(123_456))).toBe('1,234.56');
    expect(figures(nl.money(123_456))).toBe('1.234,56');
    expect(figures(en.money(5))).toBe('0.05');
    expect(figures(en.money(0))).toBe('0.00');
  });

  test('it names the currency and keeps the sign', () => {
    expect(en.money(100)).toContain('€');
    expect(en.money(-100)).toMatch(/[-−]/);
    expect(figures(en.money(-1))).toBe('0.01');
  });

  test('a currency without cents has none', () => {
    expect(figures(en.money(1500, 'JPY'))).toBe('1,500');
  });

  test('the largest amounts keep their last cent', () => {
    expect(figures(en.money(Number.MAX_SAFE_INTEGER))).toBe('90,071,992,547,409.91');
  });

  test('an amount that is no whole number of cents is refused', () => {
    expect(() => en.money(0.5)).toThrow(RangeError);
    expect(() => en.money(Number.NaN)).toThrow(RangeError);
  });

  test('short amounts drop what an axis has no room for', () => {
    expect(figures(en.moneyShort(75_000_000))).toBe('750');
    expect(figures(en.moneyShort(125_000))).toMatch(/^1\.[23]$/);
  });
});

describe('dates', () => {
  test('a calendar date is the same day everywhere', () => {
    for (const format of [en, nl]) {
      expect(format.date('2026-03-05')).toMatch(/^05.*2026$/);
    }
    expect(nl.date('2026-03-05')).toContain('mrt');
    expect(en.month('2026-12-31')).toBe('Dec');
  });

  test('what is no calendar date is refused', () => {
    for (const text of ['2026-02-30', '2026-3-5', '05-03-2026', '2026-03-05T00:00:00Z', '']) {
      expect(() => en.date(text), text).toThrow(RangeError);
    }
  });
});

test('whole numbers have the separators of the language', () => {
  expect(en.integer(100_000)).toBe('100,000');
  expect(nl.integer(100_000)).toBe('100.000');
});
