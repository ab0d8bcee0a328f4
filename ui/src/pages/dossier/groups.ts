import type { FieldValue } from '../../lib/generated/FieldValue';

type GroupId = 'name' | 'contact' | 'addresses' | 'contacts' | 'business' | 'office' | 'other';

/** Which fields stand together, and in which column; what is not named here comes under `other`. */
const layout: readonly { id: GroupId; column: 0 | 1; fields: readonly string[] }[] = [
  {
    id: 'name',
    column: 0,
    fields: ['kind', 'company_name', 'given_name', 'infix', 'family_name', 'birth_date'],
  },
  { id: 'contact', column: 0, fields: ['email', 'phone', 'website', 'newsletter_email', 'language'] },
  { id: 'addresses', column: 0, fields: ['addresses'] },
  { id: 'business', column: 1, fields: ['kvk_number', 'vat_number', 'iban', 'payment_days'] },
  { id: 'contacts', column: 1, fields: ['contacts'] },
  { id: 'office', column: 1, fields: ['number', 'state', 'tags', 'note'] },
];

export type Group = { id: GroupId; column: 0 | 1; values: readonly FieldValue[] };

/** The values of a client in groups, each in the order of the layout. Every value has a place. */
export function grouped(values: readonly FieldValue[]): Group[] {
  const named = new Set(layout.flatMap((group) => group.fields));
  const groups: Group[] = layout.map(({ id, column, fields }) => ({
    id,
    column,
    values: fields.flatMap((field) => values.find((value) => value.field === field) ?? []),
  }));
  groups.push({ id: 'other', column: 1, values: values.filter((value) => !named.has(value.field)) });
  return groups.filter((group) => group.values.length > 0);
}

/** Fields that say nothing about this kind of client, or that are seldom filled in: left out while they are empty. */
const silent: Record<string, readonly string[]> = {
  person: ['company_name', 'merged_into'],
  company: ['given_name', 'infix', 'family_name', 'birth_date', 'merged_into'],
};

/** What there is to read of a client: everything but what is empty and not expected. */
export function readable(values: readonly FieldValue[], kind: string): FieldValue[] {
  return values.filter(({ field, text }) => text !== '' || !silent[kind]?.includes(field));
}
