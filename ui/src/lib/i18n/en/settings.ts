/** The settings page; the names of themes and languages also serve the palette. */
export const settings = {
  appearance: 'Appearance',
  language: 'Language',
  languageHint: 'For the screens, and how they write dates and amounts.',
  languages: { nl: 'Nederlands', en: 'English' },
  theme: 'Theme',
  themeHint: 'System follows the light or dark setting of this computer.',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  density: 'Row height',
  densityHint: 'The height of rows and controls.',
  densities: { compact: 'Compact', default: 'Default', comfortable: 'Comfortable' },
  notSaved: (reason: string) => `Not saved, so this lasts until the desk closes. ${reason}`,
  saveAgain: 'Save again',

  about: 'About this desk',
  version: 'Version',
  drawing: 'Drawing',
  drawingSoftware: 'By the processor: motion is off',
  drawingHardware: 'By the graphics card',
};
