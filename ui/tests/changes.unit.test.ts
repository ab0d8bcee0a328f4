import { expect, test } from 'vitest';
import { fieldValues } from '../src/lib/browser-desk/fields';
import { newKey } from '../src/lib/new-key';
import { changesOf, misread } from '../src/pages/dossier/changes';
import { grouped, readable } from '../src/pages/dossier/groups';
import { withPart } from '../src/pages/dossier/parties';

const values = fieldValues(
  { kind: 'person', state: 'active', family_name: 'Visser', payment_days: 30, tags: ['btw'], note: null },
  'en',
);

test('only what has another value is a change', () => {
  expect(changesOf(values, {})).toEqual({});
  expect(
    changesOf(values, { family_name: ' Visser ', note: '  ', tags: ['btw'], payment_days: '30' }),
  ).toEqual({});
  expect(changesOf(values, { family_name: 'Bakker', payment_days: '14' })).toEqual({
    family_name: 'Bakker',
    payment_days: 14,
  });
});

test('what was emptied is cleared', () => {
  expect(changesOf(values, { family_name: '', tags: [], payment_days: '' })).toEqual({
    family_name: null,
    tags: null,
    payment_days: null,
  });
});

test('whole numbers and dates that are none are found', () => {
  const draft = { payment_days: 'thirty', birth_date: '31-02-1980', family_name: '12' };
  expect(misread(values, draft).map(({ field }) => field)).toEqual(['birth_date', 'payment_days']);
  expect(misread(values, { payment_days: '14', birth_date: '1980-02-03' })).toEqual([]);
});

test('every field has exactly one place', () => {
  const unknown = { ...values[0], field: 'something_new' } as (typeof values)[number];
  const placed = grouped([...values, unknown]).flatMap((group) => group.values.map(({ field }) => field));
  expect(placed.toSorted()).toEqual([...values.map(({ field }) => field), 'something_new'].toSorted());
  expect(grouped([unknown]).map(({ id }) => id)).toEqual(['other']);
});

test('a person is read without the empty name of a company', () => {
  const fields = readable(values, 'person').map(({ field }) => field);
  expect(fields).not.toContain('company_name');
  expect(fields).toContain('email');
});

test('a part that is emptied goes', () => {
  const address = { key: 'k', kind: 'visit', street: 'Kade 1' };
  expect(withPart(address, 'street', 'Kade 2')).toEqual({ key: 'k', kind: 'visit', street: 'Kade 2' });
  expect(withPart(address, 'street', '')).toEqual({ key: 'k', kind: 'visit' });
});

test('a new key is a UUIDv7 of its moment', () => {
  const key = newKey(0x0193_7000_0001);
  expect(key).toMatch(/^01937000-0001-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newKey()).not.toBe(newKey());
});
