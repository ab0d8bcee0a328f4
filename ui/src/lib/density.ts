import type { Density } from './generated/Density';

/** The height of a table row in px: the same numbers as --h-row in tokens.css, which a test compares. */
export const rowHeights: Record<Density, number> = { compact: 28, default: 32, comfortable: 40 };
