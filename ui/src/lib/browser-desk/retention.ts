import type { Language } from '../generated/Language';
import type { RetentionLine } from '../generated/RetentionLine';
import type { RetentionView } from '../generated/RetentionView';

type Kind = {
  title: Record<Language, string>;
  policy: string | null;
  ground: string;
  confidence: string | null;
  years: number;
};

const kinds: readonly Kind[] = [
  {
    title: { en: 'Books and documents', nl: 'Administratie en documenten' },
    policy: 'nl.awr.administration',
    ground: 'AWR art. 52 lid 4',
    confidence: 'settled',
    years: 7,
  },
  {
    title: { en: 'Immovable property (VAT)', nl: 'Onroerende zaken (btw)' },
    policy: 'nl.ob.property',
    ground: 'Wet OB art. 34a',
    confidence: 'likely',
    years: 9,
  },
  {
    title: { en: 'Details of former clients', nl: 'Gegevens van vroegere relaties' },
    policy: 'office.client.contract',
    ground: 'AVG art. 6 lid 1 onder b',
    confidence: 'chosen',
    years: 2,
  },
];

const words: Record<string, Record<Language, string>> = {
  retained: { en: 'Kept', nl: 'Wordt bewaard' },
  held: { en: 'On hold', nl: 'Bewaarbevel' },
  due_for_disposition: { en: 'May go', nl: 'Kan weg' },
  trigger_pending: { en: 'No end known yet', nl: 'Einde nog niet bekend' },
  destroyed: { en: 'Destroyed', nl: 'Vernietigd' },
};

/** The retention report as of a day, from counts per fiscal year. */
export function retentionAsOf(asOf: string, language: Language): RetentionView {
  const year = Number(asOf.slice(0, 4));
  const lines: RetentionLine[] = [];
  for (const [k, kind] of kinds.entries()) {
    for (let fiscalYear = 2017; fiscalYear <= 2026; fiscalYear++) {
      const due = fiscalYear + kind.years + 1;
      const records = Math.round((900 + 130 * (fiscalYear - 2017)) / (1 + k * 3));
      const status =
        due <= year ? 'due_for_disposition' : fiscalYear === 2019 && k === 0 ? 'held' : 'retained';
      lines.push({
        policy: kind.policy,
        title: kind.title[language],
        ground: kind.ground,
        confidence: kind.confidence,
        year: due,
        status,
        status_label: words[status]?.[language] ?? status,
        records,
        persons: Math.round(records / 6),
      });
    }
  }
  lines.push({
    policy: null,
    title: language === 'nl' ? 'Geen wettelijke termijn' : 'No statutory period',
    ground: language === 'nl' ? 'Doel van de verwerking' : 'Purpose of the processing',
    confidence: null,
    year: null,
    status: 'trigger_pending',
    status_label: words.trigger_pending?.[language] ?? '',
    records: 1204,
    persons: 1204,
  });
  const statuses = Object.entries(words)
    .map(([status, label]) => ({
      status,
      label: label[language],
      records: lines.filter((line) => line.status === status).reduce((sum, line) => sum + line.records, 0),
    }))
    .filter(({ status, records }) => records > 0 || status === 'due_for_disposition');
  const years = [...new Set(lines.flatMap((line) => line.year ?? []))].sort((a, b) => a - b);
  return {
    as_of: asOf,
    total: lines.reduce((sum, line) => sum + line.records, 0),
    persons: 1204,
    statuses,
    falls_due: years.map((due) => ({
      year: due,
      records: lines.filter((line) => line.year === due).reduce((sum, line) => sum + line.records, 0),
      held: lines
        .filter((line) => line.year === due && line.status === 'held')
        .reduce((sum, line) => sum + line.records, 0),
    })),
    lines,
  };
}
