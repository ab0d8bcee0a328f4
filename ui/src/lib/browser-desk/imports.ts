import type { Mapping } from '../desk';
import { DeskError } from '../desk-error';
import type { ImportPreview } from '../generated/ImportPreview';
import type { Language } from '../generated/Language';
import type { RejectedRow } from '../generated/RejectedRow';
import { importFields } from './fields';
import { folded } from './random';

/** What a heading of a file mostly means. */
const guesses: Record<string, string> = {
  voornaam: 'given_name',
  tussenvoegsel: 'infix',
  achternaam: 'family_name',
  bedrijfsnaam: 'company_name',
  email: 'email',
  'e-mail': 'email',
  telefoon: 'phone',
  kvk: 'kvk_number',
  betaaltermijn: 'payment_days',
};

/** A file as it was read: the values of the good rows and what is wrong with the others. */
type Read = { preview: ImportPreview; good: Record<string, unknown>[] };

/** Reads a file of clients the way the desk would: one row, one client; quotes are beyond this imitation. */
export async function readImport(file: File, mapping: Mapping, language: Language): Promise<Read> {
  const text = await file.text();
  const rows = text.split(/\r?\n/).filter((line) => line.trim());
  const head = rows[0];
  if (!head)
    throw new DeskError('import_empty', language === 'nl' ? 'Het bestand is leeg.' : 'The file is empty.');
  const delimiter = [';', '\t', ','].find((mark) => head.includes(mark)) ?? ',';
  const fields = importFields(language);
  const names = head.split(delimiter);
  const cells = rows.slice(1).map((row) => row.split(delimiter));
  const columns = names.map((name, i) => ({
    name,
    field: mapping && name in mapping ? (mapping[name] ?? null) : (guesses[folded(name).trim()] ?? null),
    samples: cells
      .map((row) => row[i] ?? '')
      .filter(Boolean)
      .slice(0, 3),
  }));
  const rejected: RejectedRow[] = [];
  const good: Record<string, unknown>[] = [];
  const nl = language === 'nl';
  for (const [at, row] of cells.entries()) {
    const values: Record<string, unknown> = {};
    let fault: RejectedRow | null = null;
    for (const [i, column] of columns.entries()) {
      const value = (row[i] ?? '').trim();
      if (!column.field || !value) continue;
      if (column.field === 'email' && !/^\S+@\S+\.\S+$/.test(value)) {
        fault = {
          row: at + 2,
          column: column.name,
          value,
          reason: nl ? 'is geen e-mailadres' : 'is not an e-mail address',
        };
      } else if (column.field === 'payment_days' && !/^\d+$/.test(value)) {
        fault = {
          row: at + 2,
          column: column.name,
          value,
          reason: nl ? 'is geen heel getal' : 'is not a whole number',
        };
      } else {
        values[column.field] = column.field === 'payment_days' ? Number(value) : value;
      }
    }
    if (!fault && !values.family_name && !values.company_name) {
      fault = { row: at + 2, column: '', value: '', reason: nl ? 'heeft geen naam' : 'has no name' };
    }
    if (fault) rejected.push(fault);
    else good.push(values);
  }
  return {
    good,
    preview: {
      rows: cells.length,
      accepted: good.length,
      rejected_count: rejected.length,
      rejected: rejected.slice(0, 200),
      encoding: 'UTF-8',
      delimiter,
      columns,
      fields,
      preview: cells.slice(0, 5).map((row) => names.map((_, i) => row[i] ?? '')),
    },
  };
}
