import type { FieldValue } from '../../lib/generated/FieldValue';
import type { Draft } from '../../lib/workplace.svelte';

/** A value as the desk takes it: trimmed, and null for nothing. */
function plain(value: unknown): unknown {
  if (typeof value === 'string') return value.trim() || null;
  if (Array.isArray(value) && value.length === 0) return null;
  return value ?? null;
}

/** Whole numbers are typed as text; what is none stays a text, which `misread` finds. */
function taken({ kind }: FieldValue, value: unknown): unknown {
  const bare = plain(value);
  return kind === 'integer' && typeof bare === 'string' && /^\d+$/.test(bare) ? Number(bare) : bare;
}

/** The fields of a form whose value is another one than the desk has; null for an emptied one. */
export function changesOf(values: readonly FieldValue[], draft: Draft): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const value of values) {
    if (!(value.field in draft)) continue;
    const now = taken(value, draft[value.field]);
    if (JSON.stringify(now) !== JSON.stringify(plain(value.value))) changed[value.field] = now;
  }
  return changed;
}

/** The fields that hold something which is not what they should hold. */
export function misread(
  values: readonly FieldValue[],
  draft: Draft,
): { field: string; kind: FieldValue['kind'] }[] {
  return values.filter(({ field, kind }) => {
    if (!(field in draft)) return false;
    const value = plain(draft[field]);
    if (value === null) return false;
    if (kind === 'integer') return !/^\d+$/.test(String(value));
    return kind === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(String(value));
  });
}
