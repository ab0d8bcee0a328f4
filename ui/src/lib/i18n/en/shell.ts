/** Navigation, title bar, palette, shortcuts, status line. */
export const shell = {
  product: 'Smartbooqing Desk',
  mainNavigation: 'Main navigation',
  skipToContent: 'Skip to content',
  openMenu: 'Open menu',
  closeMenu: 'Close menu',
  pageTitle: (page: string) => `${page} – Smartbooqing Desk`,

  pages: {
    clients: 'Clients',
    bookings: 'Bookings',
    retention: 'Retention',
    sync: 'Sync',
    settings: 'Settings',
    unknown: 'Page not found',
  },

  status: {
    label: 'Status of this desk',
    unknown: 'Looking how this desk stands…',
  },

  palette: {
    open: 'Search or go to…',
    title: 'Command palette',
    description: 'Type a few letters, choose with the arrow keys, press Enter.',
    none: (query: string) => `Nothing found for “${query}”`,
    results: (count: number, shown: string) => (count === 1 ? '1 result' : `${shown} results`),
    inUse: 'In use',
    here: 'You are here',
    goTo: 'Go to',
    theme: 'Theme',
    language: 'Language',
    help: 'Help',
    searching: 'Searching…',
    searchFailed: 'Searching the administration did not work',
    placeholder: 'Client, booking, document or page…',
  },

  shortcuts: {
    title: 'Keyboard shortcuts',
    description: 'A key by itself does not work while you type in a field.',
    everywhere: 'Everywhere',
    tables: 'In a table',
    overview: 'Show the keyboard shortcuts',
    moveRow: 'Go one row up or down',
    movePage: 'Go one screen up or down',
    moveEnds: 'Go to the first or the last row',
    openRow: 'Open the row',
  },

  undo: {
    name: 'Undo the last change',
    action: 'Undo',
    done: (label: string) => `Undone: ${label}`,
    nothing: 'There is nothing to undo',
    question: (label: string) => `Undo: ${label}?`,
    consequence: (count: number, shown: string, when: string) =>
      count === 1
        ? `Done on ${when}. 1 record becomes what it was before that, on every desk.`
        : `Done on ${when}. ${shown} records become what they were before that, on every desk.`,
  },

  startFailed: {
    title: 'The desk could not start',
    tryAgain: 'Try again',
  },

  pageFailed: {
    title: 'This page could not be opened',
    tryAgain: 'Try again',
  },

  unknownPage: {
    title: 'This page does not exist',
    action: 'Go to Clients',
  },
};
