import type { Messages } from '../messages';

/** De toegangen tot deze werkplek: de lijst bij de instellingen, de herstelset, de wachtzin. */
export const keys: Messages['keys'] = {
  title: 'Toegang',
  detail:
    'Met elk van deze gaat de werkplek open. Raakt u ze alle kwijt, dan kan niemand ze teruggeven, ook de hub niet.',
  kinds: { keyring: 'Sleutelbos van deze computer', passphrase: 'Wachtzin', recovery_kit: 'Herstelset' },
  proven: (when) => `Werkte op ${when}`,
  unproven: 'Nog niet geprobeerd',
  remove: 'Verwijderen',
  removeOf: (kind) => `Verwijderen: ${kind}`,
  removeTitle: (kind) => `Deze toegang verwijderen: ${kind}?`,
  removeConsequence: 'Deze opent de werkplek dan niet meer. De andere toegangen blijven zoals ze zijn.',
  removeConfirm: 'Toegang verwijderen',
  removed: 'De toegang is verwijderd.',
  renew: 'Vernieuwen',
  renewOf: (kind) => `Vernieuwen: ${kind}`,
  tryKit: 'Set proberen',
  addKeyring: 'Sleutelbos gebruiken',
  addPassphrase: 'Wachtzin instellen',
  changePassphrase: 'Wachtzin wijzigen',
  makeKit: 'Herstelset maken',
  renewed: 'De sleutelbos heeft een nieuw geheim; het oude opent niets meer.',
  restored:
    'Het bestand waar deze in staan was beschadigd of gewijzigd toen de werkplek openging; de andere versie kwam ervoor in de plaats.',
  failed: 'De toegangen konden niet worden getoond.',
  tryAgain: 'Opnieuw proberen',

  warning: 'Eén verlies en deze werkplek blijft voorgoed dicht.',
  warningMake: 'Herstelset maken',
  warningTry: 'Herstelset proberen',
  warningOther: 'Nog een toegang maken',

  kit: {
    title: 'Herstelset',
    description:
      'Een blad met 28 tekens dat deze werkplek opent als de sleutelbos weg is of de wachtzin vergeten.',
    language: 'Taal van het blad',
    languageHint: 'Van wie het ooit moet gebruiken.',
    make: 'Blad maken',
    replaces: 'Het blad dat u nu hebt, opent deze werkplek niet meer zodra het nieuwe is gecontroleerd.',
    out: 'Druk het blad af, of bewaar het om het elders af te drukken. Dit programma bewaart het verder nergens.',
    print: 'Blad afdrukken',
    save: 'Bewaren als PDF',
    saved: (path) => `Bewaard als ${path}. Vernietig het bestand zodra het is afgedrukt.`,
    sent: (printer) => `Het blad is naar ${printer} gestuurd.`,
    next: 'Blad controleren',
    back: 'Terug naar het blad',
    givenUp: 'Het blad opent niets. Vernietig het.',
    ask: 'Vul drie tekens van het blad in. Daarna opent het deze werkplek.',
    place: (character, group) => `${character} teken van groep ${group}`,
    ordinals: ['Eerste', 'Tweede', 'Derde', 'Vierde'],
    missing: 'Vul de drie tekens in.',
    take: 'In gebruik nemen',
    taken: 'De herstelset opent deze werkplek. Leg hem in een kluis.',
  },

  trying: {
    title: 'De herstelset proberen',
    description: 'Typ wat op het blad staat. Er verandert niets; u weet daarna dat het werkt.',
    code: 'Tekens op het blad',
    codeHint: 'Zeven groepen van vier. Spaties, streepjes en hoofdletters maken niet uit.',
    missing: 'Typ de tekens die op het blad staan.',
    submit: 'Set proberen',
    works: 'De herstelset werkt.',
  },

  passphrase: {
    title: 'Wachtzin van deze werkplek',
    description:
      'Wie hem typt, opent deze werkplek. Vijf woorden die niets met elkaar te maken hebben zijn het best.',
    first: 'Nieuwe wachtzin',
    firstHint: 'Minstens 12 tekens.',
    again: 'Nieuwe wachtzin nogmaals',
    short: 'Vul minstens 12 tekens in.',
    differs: 'Vul twee keer dezelfde wachtzin in.',
    submit: 'Wachtzin instellen',
    set: 'De wachtzin opent deze werkplek vanaf nu.',
  },

  recover: {
    use: 'Herstelset gebruiken',
    back: 'Wachtzin gebruiken',
    keyring: 'Sleutelbos opnieuw proberen',
    code: 'Tekens op de herstelset',
    missing: 'Typ de tekens die op het blad staan.',
  },
};
