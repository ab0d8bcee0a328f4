import { codeWords } from '../../generated/codeWords';

/** Words of the desk itself: states, kinds, classes. What the desk does not know here is shown as it is written. */
export const words = {
  ...codeWords.en,
  recordClasses: {
    client: 'Clients',
    booking: 'Bookings',
    document: 'Documents',
    posting: 'Postings',
    consent: 'Consents',
    disclosure: 'Disclosures',
    hold: 'Holds',
  },
  recordClass: {
    client: 'client',
    booking: 'booking',
    document: 'document',
    consent: 'consent',
    disclosure: 'disclosure',
    hold: 'hold',
  },
};
