import { describe, expect, test } from 'vitest';
import {
  afterScroll,
  canvasHeight,
  canvasLimit,
  moveTo,
  reveal,
  rowsAt,
  type Extent,
  type Position,
} from '../src/lib/grid/window';

const start: Position = { scrollTop: 0, shift: 0 };
const short: Extent = { total: 100_000, rowHeight: 32, viewport: 640 };
const long: Extent = { total: 1_000_000, rowHeight: 40, viewport: 640 };
const huge: Extent = { total: 50_000_000, rowHeight: 28, viewport: 640 };

function top({ scrollTop, shift }: Position): number {
  return scrollTop + shift;
}

/** Whether a row is wholly in sight and the browser could really be scrolled there. */
function isShown(extent: Extent, position: Position, row: number): boolean {
  const above = row * extent.rowHeight - top(position);
  const reachable = position.scrollTop >= 0 && position.scrollTop <= canvasHeight(extent) - extent.viewport;
  return reachable && above >= 0 && above + extent.rowHeight <= extent.viewport;
}

describe('a list that fits the canvas', () => {
  test('the canvas is as high as its rows and never shifts', () => {
    expect(canvasHeight(short)).toBe(3_200_000);
    expect(afterScroll(short, start, 1_000_000)).toEqual({ scrollTop: 1_000_000, shift: 0 });
    expect(moveTo(short, start, 2_000_000)).toEqual({ scrollTop: 2_000_000, shift: 0 });
  });

  test('it draws what is in sight and a few rows around', () => {
    expect(rowsAt(short, start)).toEqual({ first: 0, end: 24 });
    expect(rowsAt(short, { scrollTop: 3200, shift: 0 })).toEqual({ first: 96, end: 124 });
    expect(rowsAt(short, { scrollTop: 3_199_360, shift: 0 })).toEqual({ first: 99_976, end: 100_000 });
  });

  test('it draws nothing without rows and little without height', () => {
    expect(rowsAt({ ...short, total: 0 }, start)).toEqual({ first: 0, end: 0 });
    expect(rowsAt({ ...short, viewport: 0 }, start)).toEqual({ first: 0, end: 4 });
  });

  test('a row in sight moves nothing; one out of sight moves no further than needed', () => {
    expect(reveal(short, start, 19)).toBe(start);
    expect(reveal(short, start, 20)).toEqual({ scrollTop: 32, shift: 0 });
    expect(reveal(short, { scrollTop: 3200, shift: 0 }, 50)).toEqual({ scrollTop: 1600, shift: 0 });
  });
});

describe.each([
  ['a million rows of 40 px', long],
  ['fifty million rows', huge],
])('%s', (_, extent) => {
  const list = extent.total * extent.rowHeight;
  const lastTop = list - extent.viewport;

  test('the canvas stays within what a browser can draw', () => {
    expect(canvasHeight(extent)).toBe(canvasLimit);
    expect(list).toBeGreaterThan(canvasLimit);
  });

  test('every row can be reached from anywhere', () => {
    const rows = [0, 1, 19, 2500, 123_456, extent.total >> 1, extent.total - 2500, extent.total - 1];
    for (const from of rows) {
      const position = reveal(extent, start, from);
      expect(isShown(extent, position, from), `row ${from}`).toBe(true);
      for (const to of rows) {
        expect(isShown(extent, reveal(extent, position, to), to), `${from} to ${to}`).toBe(true);
      }
    }
  });

  test('dragging the thumb from end to end passes through the whole list, always forward', () => {
    let position = start;
    let previous = -1;
    for (let scrollTop = 0; scrollTop <= canvasLimit - extent.viewport; scrollTop += 74_796.8) {
      position = afterScroll(extent, position, scrollTop);
      expect(position.scrollTop).toBeCloseTo(scrollTop, 6);
      expect(top(position)).toBeGreaterThan(previous);
      previous = top(position);
    }
    position = afterScroll(extent, start, canvasLimit - extent.viewport);
    expect(top(position)).toBe(lastTop);
    expect(top(afterScroll(extent, position, 0))).toBe(0);
  });

  test('the wheel moves through the list by as much as it turns, across every shift', () => {
    let position = moveTo(extent, start, Math.floor(lastTop / 2));
    let shifts = 0;
    for (let turn = 0; turn < 80_000; turn++) {
      const next = afterScroll(extent, position, position.scrollTop + 120);
      if (top(next) < lastTop - 200_000) expect(top(next) - top(position)).toBe(120);
      if (next.shift !== position.shift) shifts++;
      position = next;
    }
    expect(shifts).toBeGreaterThan(0);
  });

  test('both ends are reached by the wheel and stop there', () => {
    let position = moveTo(extent, start, 90_000);
    while (top(position) > 0) {
      const next = afterScroll(extent, position, Math.max(0, position.scrollTop - 120));
      expect(top(next)).toBeLessThan(top(position));
      position = next;
    }
    expect(position).toEqual(start);

    position = moveTo(extent, start, lastTop - 90_000);
    while (top(position) < lastTop) {
      const ahead = Math.min(canvasLimit - extent.viewport, position.scrollTop + 120);
      const next = afterScroll(extent, position, ahead);
      expect(top(next)).toBeGreaterThan(top(position));
      position = next;
    }
    expect(top(position)).toBe(lastTop);
  });

  test('the scroll event caused by taking a position changes nothing', () => {
    for (const row of [0, 5000, extent.total >> 1, extent.total - 1]) {
      const position = reveal(extent, start, row);
      expect(afterScroll(extent, position, position.scrollTop)).toEqual(position);
    }
  });
});
