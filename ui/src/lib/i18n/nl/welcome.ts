import type { Messages } from '../messages';

/** Voordat de administratie open is: aansluiten, openen, de eerste synchronisatie. */
export const welcome: Messages['welcome'] = {
  opening: 'De administratie wordt geopend…',
  failed: 'De administratie kon niet worden geopend',
  tryAgain: 'Opnieuw proberen',
  language: 'Taal',

  join: {
    title: 'Aansluiten bij een administratie',
    intro:
      'Deze werkplek krijgt haar administratie met een uitnodiging. Een collega die er al in werkt, maakt die op de eigen werkplek, bij Synchronisatie.',
    invitation: 'Uitnodiging',
    invitationHint: 'Eén regel die begint met booqing1. Werkt één keer en niet lang.',
    name: 'Naam van deze werkplek',
    nameHint: 'Waaraan collega’s haar herkennen, zoals ‘Balie’ of ‘Laptop Marieke’.',
    passphrase: 'Wachtzin',
    passphraseHint:
      'Deze computer heeft geen sleutelbos, daarom opent een wachtzin de werkplek. Neem een paar losse woorden; niemand kan de wachtzin herstellen.',
    again: 'Wachtzin nogmaals',
    submit: 'Aansluiten',
    invitationMissing: 'Plak de uitnodiging die u hebt gekregen.',
    nameMissing: 'Vul een naam in zoals ‘Balie’.',
    passphraseShort: 'Vul minstens 12 tekens in.',
    passphraseDiffers: 'Vul twee keer dezelfde wachtzin in.',
    joining: 'De werkplek wordt aangesloten',
  },

  first: {
    title: (administration) => `U werkt nu in ${administration}`,
    progress: 'De administratie wordt opgehaald',
    detail: (came, total) => `${came} van ${total} gegevens`,
    usable: (count, shown) =>
      count === 1
        ? 'Er is 1 relatie, die u al kunt gebruiken.'
        : `Er zijn ${shown} relaties, die u al kunt gebruiken.`,
    usableYear: (count, shown) =>
      count === 1
        ? '1 relatie en het lopende jaar zijn er: u kunt werken. Andere jaren volgen.'
        : `${shown} relaties en het lopende jaar zijn er: u kunt werken. Andere jaren volgen.`,
    usableNone: 'Relaties zijn bruikbaar zodra ze er zijn; u hoeft niet op het einde te wachten.',
    done: (count, shown) => (count === 1 ? 'Alles is er: 1 relatie.' : `Alles is er: ${shown} relaties.`),
    interrupted: 'Het gaat vanzelf verder zodra de hub bereikbaar is.',
    go: 'Naar Relaties',
  },

  locked: {
    title: 'Deze werkplek openen',
    passphrase: 'Wachtzin',
    submit: 'Werkplek openen',
    missing: 'Vul de wachtzin van deze werkplek in.',
  },
};
