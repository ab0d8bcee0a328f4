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

  about: 'Over deze werkplek',
  version: 'Versie',
  drawing: 'Beeldopbouw',
  drawingSoftware: 'Door de processor: beweging staat uit',
  drawingHardware: 'Door de grafische kaart',
};
