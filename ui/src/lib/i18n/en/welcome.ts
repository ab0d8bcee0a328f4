/** Before the administration is open: joining, unlocking, the first sync. */
export const welcome = {
  opening: 'Opening the administration…',
  failed: 'The administration could not be opened',
  tryAgain: 'Try again',
  language: 'Language',

  join: {
    title: 'Join an administration',
    intro:
      'This desk gets its administration by an invitation. A colleague who already works in it makes one on their desk, under Sync.',
    invitation: 'Invitation',
    invitationHint: 'One line that starts with booqing1. It works once and not for long.',
    name: 'Name of this desk',
    nameHint: 'How colleagues recognise it, such as “Front desk” or “Laptop Marieke”.',
    passphrase: 'Passphrase',
    passphraseHint:
      'This computer has no keyring, so a passphrase opens the desk. A few unrelated words are best; nobody can restore it.',
    again: 'Passphrase again',
    submit: 'Join administration',
    invitationMissing: 'Paste the invitation you were given.',
    nameMissing: 'Enter a name such as “Front desk”.',
    passphraseShort: 'Enter at least 12 characters.',
    passphraseDiffers: 'Enter the same passphrase twice.',
    joining: 'Joining the administration',
  },

  first: {
    title: (administration: string) => `You work in ${administration} now`,
    progress: 'Getting the administration',
    detail: (came: string, total: string) => `${came} of ${total} records`,
    usable: (count: number, shown: string) =>
      count === 1
        ? '1 client is here and can be used already.'
        : `${shown} clients are here and can be used already.`,
    usableYear: (count: number, shown: string) =>
      count === 1
        ? '1 client and the current year are here: you can work. Other years follow.'
        : `${shown} clients and the current year are here: you can work. Other years follow.`,
    usableNone: 'Clients can be used as soon as they are here; you need not wait for the end.',
    done: (count: number, shown: string) =>
      count === 1 ? 'Everything is here: 1 client.' : `Everything is here: ${shown} clients.`,
    interrupted: 'It goes on by itself as soon as the hub can be reached.',
    go: 'Go to Clients',
  },

  locked: {
    title: 'Open this desk',
    passphrase: 'Passphrase',
    submit: 'Open desk',
    missing: 'Enter the passphrase of this desk.',
  },
};
