import type { Messages } from '../messages';

/** De lijst van boekingen. */
export const bookings: Messages['bookings'] = {
  filter: 'Filter op relatie, nummer of onderwerp',
  state: 'Status',
  allStates: 'Alle statussen',
  from: 'Van',
  until: 'Tot en met',
  dateWrong: (example) => `Vul een datum in zoals ${example}.`,
  periodWrong: 'Vul een laatste dag in die niet voor de eerste ligt.',
  count: (count, shown) => (count === 1 ? '1 boeking' : `${shown} boekingen`),
  table: 'Boekingen',
  columns: {
    starts: 'Wanneer',
    number: 'Nummer',
    client: 'Relatie',
    title: 'Onderwerp',
    resource: 'Middel',
    state: 'Status',
    net: 'Bedrag excl. btw',
    why: 'Bewaard',
  },
  waiting: 'Nog niet bij de hub',
  failed: 'De boekingen konden niet worden getoond',
  tryAgain: 'Opnieuw proberen',
  none: 'Er zijn nog geen boekingen',
  noneDetail: 'Boekingen van elke werkplek van deze administratie verschijnen hier.',
  noMatch: 'Geen boekingen bij dit filter',
  clear: 'Filter wissen',
};
