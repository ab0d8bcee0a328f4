import { describe, expect, test } from 'vitest';
import { rowHeights } from '../src/lib/density';
import tokens from '../src/styles/tokens.css?raw';

type Pair = readonly [foreground: string, background: string, least: number];

/** The declarations of the first rule with this selector. */
function declarations(selector: string): Map<string, string> {
  const start = tokens.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`tokens.css has no rule for ${selector}`);
  const body = tokens.slice(tokens.indexOf('{', start) + 1, tokens.indexOf('}', start));
  return new Map([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1] ?? '', (m[2] ?? '').trim()]));
}

/** Relative luminance as WCAG 2 defines it. */
function luminance(hex: string): number {
  const channels = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/.exec(hex);
  if (!channels) throw new Error(`Not a colour of six hexadecimal figures: ${hex}`);
  const [r = 0, g = 0, b = 0] = channels.slice(1).map((part) => {
    const value = Number.parseInt(part, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const statuses = ['ok', 'warn', 'bad', 'info', 'vio', 'neu'];

/** Text needs 4.5, what is not text and carries meaning needs 3. */
const pairs: readonly Pair[] = [
  ...['surface', 'bg', 'surface-2', 'surface-3', 'accent-soft'].flatMap((background): Pair[] => [
    ['text', background, 4.5],
    ['text-2', background, 4.5],
  ]),
  ...['surface', 'bg', 'surface-2', 'accent-soft'].map((background): Pair => ['text-3', background, 4.5]),
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-hover', 4.5],
  ['accent-text', 'accent-soft', 4.5],
  ['accent-text', 'surface', 4.5],
  ['border-ctl', 'surface', 3],
  ['focus', 'surface', 3],
  ['focus', 'bg', 3],
  ['focus', 'accent-soft', 3],
  ['accent', 'surface', 3],
  ['bad', 'surface', 4.5],
  ['bad', 'bg', 4.5],
  ...statuses.flatMap((status): Pair[] => [
    [status, `${status}-bg`, 4.5],
    [`${status}-bar`, 'surface', 3],
  ]),
];

const themes = { light: "[data-theme='light']", dark: "[data-theme='dark']" };

describe.each(Object.entries(themes))('%s theme', (_, selector) => {
  const colours = declarations(selector);

  test.each(pairs)('%s on %s has a contrast of at least %s', (foreground, background, least) => {
    const ratio = contrast(colours.get(foreground) ?? '', colours.get(background) ?? '');
    expect(ratio).toBeGreaterThanOrEqual(least);
  });
});

test('both themes define the same tokens', () => {
  expect([...declarations(themes.dark).keys()]).toEqual([...declarations(themes.light).keys()]);
});

test('the row heights of the table are those of the tokens', () => {
  const height = (selector: string) => Number.parseInt(declarations(selector).get('h-row') ?? '', 10);
  expect(rowHeights).toEqual({
    compact: height(":root[data-density='compact']"),
    default: height(':root'),
    comfortable: height(":root[data-density='comfortable']"),
  });
});
