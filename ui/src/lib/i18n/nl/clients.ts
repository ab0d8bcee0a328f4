import type { Messages } from '../messages';

/** De lijst van relaties en het venster voor een nieuwe. */
export const clients: Messages['clients'] = {
  filter: 'Filter op naam, nummer, plaats of label',
  state: 'Status',
  allStates: 'Alle statussen',
  count: (count, shown) => (count === 1 ? '1 relatie' : `${shown} relaties`),
  add: 'Nieuwe relatie',
  import: 'Importeren…',
  table: 'Relaties',
  columns: {
    number: 'Nummer',
    name: 'Naam',
    state: 'Status',
    city: 'Plaats',
    email: 'E-mail',
    phone: 'Telefoon',
  },
  failed: 'De relaties konden niet worden getoond',
  tryAgain: 'Opnieuw proberen',
  erasedName: 'Gewist',
  none: 'Er zijn nog geen relaties',
  noneDetail: 'Voer de eerste in, of importeer een lijst uit een ander programma.',
  noMatch: 'Geen relaties bij dit filter',
  clear: 'Filter wissen',

  dialog: {
    title: 'Nieuwe relatie',
    kind: 'Soort',
    company: 'Bedrijfsnaam',
    given: 'Voornaam of voorletters',
    infix: 'Tussenvoegsel',
    family: 'Achternaam',
    email: 'E-mail',
    phone: 'Telefoon',
    save: 'Relatie opslaan',
    companyMissing: 'Vul de naam van het bedrijf in.',
    familyMissing: 'Vul de achternaam in.',
    emailWrong: 'Vul een adres in zoals naam@voorbeeld.nl.',
    saved: (name) => `${name} is nu een relatie`,
  },
};
