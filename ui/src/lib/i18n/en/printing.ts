/** The print dialog. */
export const printing = {
  dossier: (name: string) => `Print the dossier of ${name}`,
  retention: 'Print the retention report',
  printer: 'Printer',
  isDefault: (printer: string) => `${printer} (default)`,
  none: 'This computer has no printer. Add one in the settings of the system, or save as PDF instead.',
  looking: 'Looking for printers…',
  language: 'Language',
  languageHint: 'The language of whoever reads it.',
  tryAgain: 'Search again',
  print: 'Print',
  sent: (printer: string, job: string) => `Sent to ${printer}, job ${job}`,
};
