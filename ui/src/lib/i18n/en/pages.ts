/** What the pages say. */
export const pages = {
  noAdministration: {
    title: 'There is no administration on this desk yet',
    clients: 'Clients appear here once this desk has joined an administration.',
    bookings: 'Bookings appear here once this desk has joined an administration.',
    retention: 'What is held, why and until when appears here once this desk has joined an administration.',
    sync: 'Changes to send and to receive appear here once this desk has joined an administration.',
    action: 'Join an administration',
  },

  join: {
    intro: 'An administration reaches this desk by an invitation from someone who already works in it.',
    steps: [
      {
        title: 'Ask for an invitation',
        text: 'A colleague with the right to invite makes it on their own desk.',
      },
      {
        title: 'Check what you receive',
        text: 'It is one line that starts with booqing1, or the same line as a QR code.',
      },
      {
        title: 'Use it in time',
        text: 'An invitation works once: within 10 minutes side by side, within 7 days from a distance.',
      },
    ],
    notYet: 'This version of the desk cannot accept an invitation yet.',
    back: 'Back to Clients',
  },
};
