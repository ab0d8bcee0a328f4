import type { Messages } from '../messages';

/** Woorden die de onderdelen zelf zeggen. */
export const kit: Messages['kit'] = {
  close: 'Sluiten',
  cancel: 'Annuleren',
  dismiss: 'Melding sluiten',
  required: 'verplicht',
  messages: 'Meldingen',
  working: 'Bezig…',
  loading: 'Wordt geladen…',

  datePattern: 'dd-mm-jjjj',
  clear: 'Wissen',

  grid: {
    failed: 'Een deel van de rijen kon niet worden geladen.',
    tryAgain: 'Opnieuw proberen',
  },

  chart: {
    showTable: 'Toon als tabel',
    showChart: 'Toon als grafiek',
    summary: (title, unit, parts) => `${title}, ${unit}. ${parts}`,
  },
};
