/** The grid lines of a chart: round numbers that enclose the values, five lines at most. */
export type Scale = { low: number; high: number; lines: readonly number[] };

const mostLines = 5;

/** The smallest of 1, 2, 2.5, 5 or 10 times a power of ten that is at least `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 2.5, 5, 10].find((f) => f * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** The scale for these values. Bars stand on zero, so zero is always on it. */
export function scaleFor(values: readonly number[]): Scale {
  const least = values.reduce((a, b) => Math.min(a, b), 0);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  if (least === most) return { low: 0, high: 1, lines: [0, 1] };
  // Rounding outwards may add a line at either end, so the step grows until no more than five are left.
  for (let step = roundStep((most - least) / (mostLines - 1)); ; step = roundStep(step * 1.01)) {
    const first = Math.floor(least / step + 1e-9);
    const last = Math.ceil(most / step - 1e-9);
    if (last - first < mostLines) {
      const lines = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
      return { low: first * step, high: last * step, lines };
    }
  }
}
