import type { Messages } from '../messages';

/** De pagina met instellingen; de namen van thema's en talen staan ook in het zoekvenster. */
export const settings: Messages['settings'] = {
  appearance: 'Weergave',
  language: 'Taal',
  languageHint: 'Voor de schermen, en hoe daarop datums en bedragen staan.',
  languages: { nl: 'Nederlands', en: 'English' },
  theme: 'Thema',
  themeHint: 'Systeem volgt de lichte of donkere instelling van deze computer.',
  themes: { system: 'Systeem', light: 'Licht', dark: 'Donker' },
  density: 'Rijhoogte',
  densityHint: 'De hoogte van rijen, knoppen en velden.',
  densities: { compact: 'Compact', default: 'Standaard', comfortable: 'Ruim' },
  notSaved: (reason) => `Niet opgeslagen; dit geldt tot u de werkplek sluit. ${reason}`,
  saveAgain: 'Opnieuw opslaan',

  desk: 'Deze werkplek',
  administration: 'Administratie',
  id: 'Kenmerk',
  hub: 'Hub',
  counts: 'Hier bewaard',
  clients: (count, shown) => (count === 1 ? '1 relatie' : `${shown} relaties`),
  bookings: (count, shown) => (count === 1 ? '1 boeking' : `${shown} boekingen`),
  documents: (count, shown) => (count === 1 ? '1 document' : `${shown} documenten`),
  deskFailed: 'Hoe deze werkplek ervoor staat, kon niet worden getoond.',
  tryAgain: 'Opnieuw proberen',

  about: 'Over dit programma',
  version: 'Versie',
  drawing: 'Beeldopbouw',
  drawingSoftware: 'Door de processor: beweging staat uit',
  drawingHardware: 'Door de grafische kaart',
};
