import type { Messages } from '../messages';

/** Het afdrukvenster. */
export const printing: Messages['printing'] = {
  dossier: (name) => `Dossier van ${name} afdrukken`,
  retention: 'Overzicht van bewaartermijnen afdrukken',
  printer: 'Printer',
  isDefault: (printer) => `${printer} (standaard)`,
  none: 'Deze computer heeft geen printer. Voeg er een toe in de instellingen van het systeem, of sla op als pdf.',
  looking: 'Er wordt naar printers gezocht…',
  language: 'Taal',
  languageHint: 'De taal van wie het leest.',
  tryAgain: 'Opnieuw zoeken',
  print: 'Afdrukken',
  sent: (printer, job) => `Verstuurd naar ${printer}, opdracht ${job}`,
};
