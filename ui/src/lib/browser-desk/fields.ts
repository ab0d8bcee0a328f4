import type { FieldValue } from '../generated/FieldValue';
import type { Language } from '../generated/Language';

type Words = Record<Language, string>;

type Declared = {
  field: string;
  label: Words;
  kind: FieldValue['kind'];
  class: FieldValue['class'];
  ground?: string;
  group?: string;
  fixed?: boolean;
  choices?: readonly { value: string; label: Words }[];
};

function choice(value: string, en: string, nl: string): { value: string; label: Words } {
  return { value, label: { en, nl } };
}

const name = { class: 'personal', ground: 'contract', group: 'name' } as const;
const contract = { class: 'personal', ground: 'contract' } as const;
const consent = { class: 'personal', ground: 'consent' } as const;

/** The fields of a client, in the order of the register. */
const declared: readonly Declared[] = [
  {
    field: 'kind',
    label: { en: 'Kind', nl: 'Soort' },
    kind: 'choice',
    class: 'working',
    choices: [choice('person', 'Person', 'Persoon'), choice('company', 'Company', 'Bedrijf')],
  },
  {
    field: 'state',
    label: { en: 'State', nl: 'Status' },
    kind: 'choice',
    class: 'working',
    choices: [
      choice('prospect', 'Prospect', 'Prospect'),
      choice('active', 'Active', 'Actief'),
      choice('inactive', 'Inactive', 'Inactief'),
      choice('restricted', 'Restricted', 'Beperkt'),
      choice('erased', 'Erased', 'Gewist'),
    ],
  },
  { field: 'number', label: { en: 'Number', nl: 'Nummer' }, kind: 'text', class: 'working', fixed: true },
  { field: 'given_name', label: { en: 'Given name', nl: 'Voornaam' }, kind: 'text', ...name },
  { field: 'infix', label: { en: 'Infix', nl: 'Tussenvoegsel' }, kind: 'text', ...name },
  { field: 'family_name', label: { en: 'Family name', nl: 'Achternaam' }, kind: 'text', ...name },
  { field: 'company_name', label: { en: 'Company name', nl: 'Bedrijfsnaam' }, kind: 'text', ...name },
  {
    field: 'kvk_number',
    label: { en: 'Trade register number', nl: 'KvK-nummer' },
    kind: 'text',
    ...contract,
  },
  { field: 'vat_number', label: { en: 'VAT number', nl: 'Btw-nummer' }, kind: 'text', ...contract },
  { field: 'iban', label: { en: 'Account number', nl: 'Rekeningnummer' }, kind: 'text', ...contract },
  { field: 'birth_date', label: { en: 'Date of birth', nl: 'Geboortedatum' }, kind: 'date', ...consent },
  { field: 'email', label: { en: 'E-mail', nl: 'E-mail' }, kind: 'email', ...contract },
  { field: 'phone', label: { en: 'Phone', nl: 'Telefoon' }, kind: 'phone', ...contract },
  { field: 'website', label: { en: 'Web site', nl: 'Website' }, kind: 'text', ...contract },
  {
    field: 'newsletter_email',
    label: { en: 'Newsletter address', nl: 'Adres voor nieuwsbrief' },
    kind: 'email',
    ...consent,
  },
  { field: 'addresses', label: { en: 'Addresses', nl: 'Adressen' }, kind: 'addresses', ...contract },
  { field: 'contacts', label: { en: 'Contacts', nl: 'Contactpersonen' }, kind: 'contacts', ...contract },
  {
    field: 'note',
    label: { en: 'Note', nl: 'Notitie' },
    kind: 'note',
    class: 'personal',
    ground: 'legitimate_interest',
  },
  {
    field: 'language',
    label: { en: 'Language', nl: 'Taal' },
    kind: 'choice',
    class: 'working',
    choices: [choice('nl', 'Dutch', 'Nederlands'), choice('en', 'English', 'Engels')],
  },
  {
    field: 'payment_days',
    label: { en: 'Payment term in days', nl: 'Betaaltermijn in dagen' },
    kind: 'integer',
    class: 'working',
  },
  { field: 'tags', label: { en: 'Tags', nl: 'Labels' }, kind: 'set', class: 'working' },
  {
    field: 'merged_into',
    label: { en: 'Merged into', nl: 'Samengevoegd met' },
    kind: 'reference',
    class: 'working',
    fixed: true,
  },
];

/** What a field of a client is called. */
export function labelOf(field: string, language: Language): string {
  return declared.find((d) => d.field === field)?.label[language] ?? field;
}

function textOf(d: Declared, value: unknown, language: Language): string {
  if (value === null || value === undefined) return '';
  if (d.kind === 'choice') return d.choices?.find((c) => c.value === value)?.label[language] ?? String(value);
  if (d.kind === 'set') return (value as string[]).join(', ');
  if (d.kind === 'addresses' || d.kind === 'contacts') {
    const named = ['name', 'street', 'postcode', 'city', 'country', 'email', 'phone'];
    return (value as Record<string, string>[])
      .map((element) => named.flatMap((part) => element[part] ?? []).join(', '))
      .join('; ');
  }
  return String(value);
}

/** Every field of a client with its value, in words of a language. */
export function fieldValues(values: Record<string, unknown>, language: Language): FieldValue[] {
  return declared.map((d) => ({
    field: d.field,
    label: d.label[language],
    kind: d.kind,
    choices: (d.choices ?? []).map(({ value, label }) => ({ value, label: label[language] })),
    value: values[d.field] ?? null,
    text: textOf(d, values[d.field] ?? null, language),
    class: d.class,
    ground: d.ground ?? null,
    group: d.group ?? null,
    editable: !d.fixed,
  }));
}

/** The fields that a column of a file can fill. */
export function importFields(language: Language): { field: string; label: string }[] {
  return declared
    .filter((d) => !d.fixed && d.kind !== 'addresses' && d.kind !== 'contacts')
    .map((d) => ({ field: d.field, label: d.label[language] }));
}
