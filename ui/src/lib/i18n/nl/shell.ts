import type { Messages } from '../messages';

/** Navigatie, titelbalk, zoekvenster, sneltoetsen, statusregel. */
export const shell: Messages['shell'] = {
  product: 'Smartbooqing Desk',
  mainNavigation: 'Hoofdmenu',
  skipToContent: 'Naar de inhoud',
  openMenu: 'Menu openen',
  closeMenu: 'Menu sluiten',
  pageTitle: (page) => `${page} – Smartbooqing Desk`,

  pages: {
    clients: 'Relaties',
    bookings: 'Boekingen',
    retention: 'Bewaartermijnen',
    sync: 'Synchronisatie',
    settings: 'Instellingen',
    unknown: 'Pagina niet gevonden',
  },

  status: {
    label: 'Toestand van deze werkplek',
    unknown: 'Er wordt gekeken hoe deze werkplek ervoor staat…',
  },

  palette: {
    open: 'Zoeken of ga naar…',
    title: 'Zoeken en opdrachten',
    description: 'Typ een paar letters, kies met de pijltjestoetsen en druk op Enter.',
    none: (query) => `Niets gevonden voor ‘${query}’`,
    results: (count, shown) => (count === 1 ? '1 resultaat' : `${shown} resultaten`),
    inUse: 'In gebruik',
    here: 'U bent hier',
    goTo: 'Ga naar',
    theme: 'Thema',
    language: 'Taal',
    help: 'Hulp',
    searching: 'Zoeken…',
    searchFailed: 'Zoeken in de administratie lukte niet',
    placeholder: 'Relatie, boeking, document of pagina…',
  },

  shortcuts: {
    title: 'Sneltoetsen',
    description: 'Een losse toets werkt niet terwijl u in een veld typt.',
    everywhere: 'Overal',
    tables: 'In een tabel',
    overview: 'Sneltoetsen tonen',
    moveRow: 'Eén rij omhoog of omlaag',
    movePage: 'Eén scherm omhoog of omlaag',
    moveEnds: 'Naar de eerste of de laatste rij',
    openRow: 'De rij openen',
  },

  undo: {
    name: 'De laatste wijziging ongedaan maken',
    action: 'Ongedaan maken',
    done: (label) => `Ongedaan gemaakt: ${label}`,
    nothing: 'Er is niets om ongedaan te maken',
    question: (label) => `Ongedaan maken: ${label}?`,
    consequence: (count, shown, when) =>
      count === 1
        ? `Gedaan op ${when}. 1 gegeven wordt weer zoals het daarvoor was, op elke werkplek.`
        : `Gedaan op ${when}. ${shown} gegevens worden weer zoals ze daarvoor waren, op elke werkplek.`,
  },

  startFailed: {
    title: 'De werkplek kon niet starten',
    tryAgain: 'Opnieuw proberen',
  },

  pageFailed: {
    title: 'Deze pagina kon niet worden geopend',
    tryAgain: 'Opnieuw proberen',
  },

  unknownPage: {
    title: 'Deze pagina bestaat niet',
    action: 'Ga naar Relaties',
  },
};
