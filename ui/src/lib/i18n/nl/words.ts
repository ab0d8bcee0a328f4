import { codeWords } from '../../generated/codeWords';
import type { Messages } from '../messages';

/** Woorden van de werkplek zelf: statussen, soorten, klassen. */
export const words: Messages['words'] = {
  ...codeWords.nl,
  recordClasses: {
    client: 'Relaties',
    booking: 'Boekingen',
    document: 'Documenten',
    posting: 'Journaalposten',
    consent: 'Toestemmingen',
    disclosure: 'Verstrekkingen',
    hold: 'Bewaarbevelen',
  },
  recordClass: {
    client: 'relatie',
    booking: 'boeking',
    document: 'document',
    consent: 'toestemming',
    disclosure: 'verstrekking',
    hold: 'bewaarbevel',
  },
};
