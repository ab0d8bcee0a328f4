import type { Messages } from '../messages';

/** Wat de pagina's zeggen. */
export const pages: Messages['pages'] = {
  noAdministration: {
    title: 'Op deze werkplek staat nog geen administratie',
    clients: 'Relaties verschijnen hier zodra deze werkplek is aangesloten op een administratie.',
    bookings: 'Boekingen verschijnen hier zodra deze werkplek is aangesloten op een administratie.',
    retention:
      'Wat wordt bewaard, waarom en tot wanneer, verschijnt hier zodra deze werkplek is aangesloten op een administratie.',
    sync: 'Wijzigingen om te versturen en te ontvangen verschijnen hier zodra deze werkplek is aangesloten op een administratie.',
    action: 'Aansluiten bij een administratie',
  },

  join: {
    intro: 'U sluit deze werkplek aan met een uitnodiging van iemand die al in de administratie werkt.',
    steps: [
      {
        title: 'Vraag om een uitnodiging',
        text: 'Een collega die mag uitnodigen, maakt deze op de eigen werkplek.',
      },
      {
        title: 'Controleer wat u ontvangt',
        text: 'Het is één regel die begint met booqing1, of dezelfde regel als QR-code.',
      },
      {
        title: 'Gebruik de uitnodiging op tijd',
        text: 'Een uitnodiging werkt één keer: binnen 10 minuten naast elkaar, binnen 7 dagen op afstand.',
      },
    ],
    notYet: 'Deze versie van de werkplek kan nog geen uitnodiging aannemen.',
    back: 'Terug naar Relaties',
  },
};
