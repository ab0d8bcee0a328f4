import { expect, test } from 'vitest';
import { scaleFor } from '../src/lib/chart/scale';

test.each([
  [[0, 97], { low: 0, high: 100 }],
  [[3, 8], { low: 0, high: 8 }],
  [[-30, 70], { low: -50, high: 100 }],
  [[1_234_567], { low: 0, high: 1_500_000 }],
  [[0.2, 0.7], { low: 0, high: 0.8 }],
])('%j gets round lines that enclose it', (values, ends) => {
  expect(scaleFor(values)).toMatchObject(ends);
});

test('there are two to five lines, evenly apart, and zero is one of them', () => {
  for (let i = 1; i < 400; i++) {
    const values = [i * 37.3, i * -11.7 * (i % 3)];
    const { low, high, lines } = scaleFor(values);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.length).toBeLessThanOrEqual(5);
    expect(lines).toContain(0);
    expect(low).toBeLessThanOrEqual(Math.min(0, ...values));
    expect(high).toBeGreaterThanOrEqual(Math.max(0, ...values));
  }
});

test('nothing to show still has a scale', () => {
  expect(scaleFor([])).toEqual({ low: 0, high: 1, lines: [0, 1] });
  expect(scaleFor([0, 0])).toEqual({ low: 0, high: 1, lines: [0, 1] });
});
