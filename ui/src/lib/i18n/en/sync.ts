/** The sync page, and the state of the sync in words. */
export const sync = {
  now: 'Sync now',
  stop: 'Stop syncing',
  goOn: 'Go on syncing',
  first: {
    begun: 'The administration is on its way. Clients and the current year come first.',
    usable: 'Clients and the current year are here: you can work. Other years follow.',
  },
  running: 'Syncing',
  came: (came: string, total: string) => `${came} of ${total} records`,
  last: 'Last sync',
  never: 'Not yet',
  both: 'This desk and the hub',
  equal: 'Hold the same',
  unequal: 'Held different things; another sync puts that right',
  unknown: 'Not compared yet',
  failed: 'This could not be shown',
  tryAgain: 'Try again',

  line: {
    saved: (at: string) => `All saved and synced at ${at}`,
    notYet: 'All saved here; not synced yet',
    differs: 'All saved; this desk and the hub differ',
    waiting: (count: number, shown: string) =>
      count === 1 ? '1 change waits to be sent' : `${shown} changes wait to be sent`,
    originalsWaiting: (shown: string) => `All saved; originals of ${shown} wait to be sent`,
    running: 'Syncing…',
    progress: (came: string, total: string) => `Syncing ${came} of ${total}`,
    offline: 'Offline; all changes are saved here',
    offlineWaiting: (count: number, shown: string) =>
      count === 1
        ? 'Offline; 1 change is saved here and waits'
        : `Offline; ${shown} changes are saved here and wait`,
    paused: 'Syncing is stopped; all changes are saved here',
    pausedWaiting: (count: number, shown: string) =>
      count === 1
        ? 'Syncing is stopped; 1 change is saved here and waits'
        : `Syncing is stopped; ${shown} changes are saved here and wait`,
    problem: 'Syncing does not work',
    conflicts: (count: number, shown: string) =>
      count === 1 ? '1 conflict to decide' : `${shown} conflicts to decide`,
    clashes: (count: number, shown: string) =>
      count === 1 ? '1 double booking' : `${shown} double bookings`,
    late: (count: number, shown: string) => (count === 1 ? '1 late entry' : `${shown} late entries`),
    overtaken: (count: number, shown: string) =>
      count === 1 ? '1 decision does not stand' : `${shown} decisions do not stand`,
    refused: (count: number, shown: string) =>
      count === 1 ? '1 change was refused' : `${shown} changes were refused`,
  },

  trouble: {
    title: 'Somebody must say something',
    putBack: {
      action: 'The hub was put back',
      question: 'Was the hub put back from a copy?',
      consequence:
        'Ask the operator of the hub first. This desk then compares everything, and gives back to the hub what the copy lacks. Nothing that is here is lost.',
    },
    deletions: {
      action: 'Delete here too',
      question: 'Delete so much here?',
      consequence:
        'Ask your colleagues first whether somebody means it. What was deleted on another desk is then deleted here too, however much it is. Changes that you made to it stay.',
    },
    rejoin: {
      action: 'Join again',
      dialog: 'Join again',
      detail: 'Everything that is here stays, and what waits goes along with the next sync.',
      line: 'Invitation from a colleague',
      missing: 'Paste the invitation: one line that begins with booqing1.',
      done: 'This desk has joined again.',
    },
  },

  queue: {
    title: 'Waiting to be sent',
    detail: 'Saved here; goes to the hub at the next sync.',
    none: 'Nothing waits: the hub has everything from this desk.',
    more: (count: number, shown: string) => (count === 1 ? 'and 1 more' : `and ${shown} more`),
  },

  conflicts: {
    title: 'Conflicts to decide',
    detail: 'The same was changed here and on another desk. Both are kept until somebody chooses.',
    none: 'There is nothing to decide.',
    found: (at: string) => `Found ${at}`,
    before: 'Before',
    mine: (desk: string) => `Mine, from ${desk}`,
    theirs: (desk: string) => `Theirs, from ${desk}`,
    field: 'Field',
    keepMine: 'Keep mine',
    keepTheirs: 'Keep theirs',
    keepMineOf: (title: string) => `Keep mine: ${title}`,
    keepTheirsOf: (title: string) => `Keep theirs: ${title}`,
    kept: (title: string) => `Decided: ${title}`,
    empty: 'empty',
    entered: (at: string) => `entered ${at}`,
  },

  late: {
    title: 'Late entries',
    detail:
      'Entered for a fiscal year that had been sealed. The year stays as it was; enter them in an open year.',
    meant: (year: string) => `for fiscal year ${year}`,
    by: (desk: string, at: string) => `${desk}, ${at}`,
    field: 'Field',
    is: 'As it is',
    meantTo: 'As it was meant',
    entered: 'Entered in an open year',
    enteredOf: (title: string) => `Entered in an open year: ${title}`,
    drop: 'Not wanted',
    dropOf: (title: string) => `Not wanted: ${title}`,
    done: (title: string) => `Seen to: ${title}`,
  },

  clashes: {
    title: 'Double bookings',
    detail: 'On another desk the place was given away first. Move the booking, or cancel it.',
    lost: (number: string, when: string) => `Its place went to ${number}, ${when}`,
    gone: 'What had its place is not here any more.',
    move: 'Move booking',
    moveOf: (number: string) => `Move booking ${number}`,
    moved: (number: string) => `Booking ${number} moved`,
    cancel: 'Cancel booking',
    cancelOf: (number: string) => `Cancel booking ${number}`,
    cancelled: (number: string) => `Booking ${number} cancelled`,
    moveHint: 'It keeps its length.',
    date: 'Date',
    time: 'Begins at',
    timeHint: 'Such as 14:30',
    dateMissing: 'Enter a date such as 12-10-2027.',
    timeMissing: 'Enter a time such as 14:30.',
  },

  overtaken: {
    title: 'Decided before on another desk',
    detail: 'Another desk had settled these first, and that stands. See what you had done for it.',
    decided: 'Decided here',
    stands: 'What stands',
    seen: 'Understood',
    seenOf: (title: string) => `Understood: ${title}`,
    done: (title: string) => `Seen: ${title}`,
  },

  refused: {
    title: 'Refused by the hub',
    detail: 'These changes are not in the administration. Change them, or undo them.',
    none: 'The hub has refused nothing.',
  },

  invite: {
    title: 'Another desk',
    detail: 'A colleague joins with an invitation: one line, valid for 10 minutes, for one desk.',
    action: 'Invite another desk',
    dialog: 'Invitation for another desk',
    line: 'Invitation',
    valid: 'Valid for 10 minutes and for one desk. Whoever has it gets in: hand it over in person.',
    copy: 'Copy invitation',
    copied: 'Invitation copied',
    notCopied: 'Could not be copied. Select the line and copy it yourself.',
    making: 'Making an invitation…',
  },
};
