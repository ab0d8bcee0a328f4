/** Words that the components say by themselves. */
export const kit = {
  close: 'Close',
  cancel: 'Cancel',
  dismiss: 'Dismiss message',
  required: 'required',
  messages: 'Messages',
  working: 'Working…',
  loading: 'Loading…',

  datePattern: 'dd/mm/yyyy',
  clear: 'Clear',

  grid: {
    failed: 'Some rows could not be loaded.',
    tryAgain: 'Try again',
  },

  chart: {
    showTable: 'Show as table',
    showChart: 'Show as chart',
    summary: (title: string, unit: string, parts: string) => `${title}, ${unit}. ${parts}`,
  },
};
