import type { Messages } from '../messages';

/** Wat wordt bewaard, tot wanneer en op welke grondslag. */
export const retention: Messages['retention'] = {
  asOf: 'Stand per',
  slider: 'Dag van het overzicht',
  sliderHint: 'Pijltjes gaan een maand, Page Up en Page Down een jaar.',
  today: 'Vandaag',
  dateWrong: (example) => `Vul een datum in zoals ${example}.`,
  total: 'Gegevens in totaal',
  totals: 'Totalen per status',
  savePdf: 'Opslaan als pdf',
  saveCsv: 'Opslaan als csv',
  saveJson: 'Opslaan als JSON',
  print: 'Afdrukken…',
  savedTo: (path) => `Opgeslagen als ${path}`,
  chart: {
    title: 'Gegevens die vervallen, per jaar',
    unit: 'Aantal gegevens',
    category: 'Jaar',
    series: 'Gegevens',
    held: 'Waarvan onder bewaarbevel',
  },
  table: 'Regels en wat zij bewaren',
  columns: {
    title: 'Wat',
    ground: 'Grondslag',
    year: 'Vervalt vanaf',
    status: 'Status',
    confidence: 'Zekerheid',
    records: 'Gegevens',
    persons: 'Personen',
  },
  noEnd: 'Niet bekend',
  none: 'Er wordt nog niets bewaard',
  noneDetail: 'Alles wat wordt ingevoerd, krijgt hier zijn termijn.',
  failed: 'Het overzicht kon niet worden gemaakt',
  tryAgain: 'Opnieuw proberen',
};
