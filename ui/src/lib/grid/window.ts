/**
 * The arithmetic of a table that shows a few of its many rows.
 *
 * Two measures of height are at play. The *list* is as high as all rows together. The *canvas* is the element that is
 * scrolled; a browser allows no element over 33.5 million px, and its compositor places things with 24 bits, so beyond
 * some 16 million px rows begin to tremble. Where the list is higher than the canvas may be, the canvas shows a part of
 * it: `shift` is how far down the list the top of the canvas lies. Scrolling a little moves through the list by as much;
 * dragging the thumb moves through it in proportion.
 */
export type Extent = {
  /** Number of rows. */
  total: number;
  /** Height of a row in px. */
  rowHeight: number;
  /** Height in px in which rows are visible. */
  viewport: number;
};

/** Where the table stands: `scrollTop + shift` is the px of the list at the top of the viewport. */
export type Position = { scrollTop: number; shift: number };

/** The highest canvas, in px. */
export const canvasLimit = 15_000_000;

/** At both ends the canvas and the list run together for this many px, so that the ends feel like any other table. */
const edge = 100_000;

/** Rows drawn above and below the visible ones, so that a scrolled frame is never empty. */
export const overscan = 4;

/** The height of the element that is scrolled. */
export function canvasHeight({ total, rowHeight }: Extent): number {
  return Math.min(total * rowHeight, canvasLimit);
}

function listHeight({ total, rowHeight }: Extent): number {
  return total * rowHeight;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** How far the list and the canvas can be scrolled. */
function ranges(extent: Extent): { list: number; canvas: number } {
  return {
    list: Math.max(0, listHeight(extent) - extent.viewport),
    canvas: Math.max(0, canvasHeight(extent) - extent.viewport),
  };
}

/** The position whose thumb stands in proportion to where in the list we are. */
function proportional(extent: Extent, top: number): Position {
  const { list, canvas } = ranges(extent);
  if (list === canvas || top <= edge) return { scrollTop: top, shift: 0 };
  if (top >= list - edge) return { scrollTop: top - (list - canvas), shift: list - canvas };
  const scrollTop = Math.round(edge + ((top - edge) * (canvas - 2 * edge)) / (list - 2 * edge));
  return { scrollTop, shift: top - scrollTop };
}

/** The px of the list that belongs to a thumb dragged to `scrollTop`: the inverse of `proportional`. */
function listTopAt(extent: Extent, scrollTop: number): number {
  const { list, canvas } = ranges(extent);
  if (list === canvas || scrollTop <= edge) return scrollTop;
  if (scrollTop >= canvas - edge) return scrollTop + (list - canvas);
  return Math.round(edge + ((scrollTop - edge) * (list - 2 * edge)) / (canvas - 2 * edge));
}

/** Whether the canvas is about to end here while the list goes on. */
function runsOut(extent: Extent, { scrollTop, shift }: Position): boolean {
  const { list, canvas } = ranges(extent);
  const nearTop = shift > 0 && scrollTop < edge / 2;
  const nearBottom = shift < list - canvas && scrollTop > canvas - edge / 2;
  return nearTop || nearBottom;
}

/** The position to take for a px of the list, moving the canvas only when it must. */
export function moveTo(extent: Extent, from: Position, top: number): Position {
  const wanted = clamp(Math.round(top), 0, ranges(extent).list);
  const near = { scrollTop: wanted - from.shift, shift: from.shift };
  const inside = near.scrollTop >= 0 && near.scrollTop <= ranges(extent).canvas;
  return inside && !runsOut(extent, near) ? near : proportional(extent, wanted);
}

/** The position after the browser has scrolled to `scrollTop`. */
export function afterScroll(extent: Extent, from: Position, scrollTop: number): Position {
  const { list, canvas } = ranges(extent);
  const asked = clamp(scrollTop, 0, canvas);
  if (list === canvas) return { scrollTop: asked, shift: 0 };
  if (Math.abs(asked - from.scrollTop) > 2 * extent.viewport) {
    return { scrollTop: asked, shift: listTopAt(extent, asked) - asked };
  }
  const moved = { scrollTop: asked, shift: from.shift };
  return runsOut(extent, moved) ? proportional(extent, asked + from.shift) : moved;
}

/** The rows to draw: `first` up to and not including `end`. */
export function rowsAt(
  extent: Extent,
  position: Position,
  beyond = overscan,
): { first: number; end: number } {
  const { total, rowHeight, viewport } = extent;
  const top = position.scrollTop + position.shift;
  const first = clamp(Math.floor(top / rowHeight) - beyond, 0, total);
  const end = clamp(Math.ceil((top + viewport) / rowHeight) + beyond, first, total);
  return { first, end };
}

/** The position from which row `index` is wholly visible, moving no further than needed. */
export function reveal(extent: Extent, from: Position, index: number): Position {
  const top = from.scrollTop + from.shift;
  const rowTop = index * extent.rowHeight;
  const rowBottom = rowTop + extent.rowHeight;
  if (rowTop < top) return moveTo(extent, from, rowTop);
  if (rowBottom > top + extent.viewport) return moveTo(extent, from, rowBottom - extent.viewport);
  return from;
}
