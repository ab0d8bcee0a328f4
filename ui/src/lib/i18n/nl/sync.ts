import type { Messages } from '../messages';

/** De pagina Synchronisatie, en de toestand van de synchronisatie in woorden. */
export const sync: Messages['sync'] = {
  now: 'Nu synchroniseren',
  stop: 'Synchroniseren stoppen',
  goOn: 'Verder synchroniseren',
  first: {
    begun: 'De administratie is onderweg. Relaties en het lopende jaar komen eerst.',
    usable: 'Relaties en het lopende jaar zijn er: u kunt werken. Andere jaren volgen.',
  },
  running: 'Bezig met synchroniseren',
  came: (came, total) => `${came} van ${total} gegevens`,
  last: 'Laatste synchronisatie',
  never: 'Nog niet',
  both: 'Deze werkplek en de hub',
  equal: 'Hebben hetzelfde',
  unequal: 'Hadden niet hetzelfde; opnieuw synchroniseren herstelt dat',
  unknown: 'Nog niet vergeleken',
  failed: 'Dit kon niet worden getoond',
  tryAgain: 'Opnieuw proberen',

  line: {
    saved: (at) => `Alles opgeslagen en gesynchroniseerd om ${at}`,
    notYet: 'Alles hier opgeslagen; nog niet gesynchroniseerd',
    differs: 'Alles opgeslagen; deze werkplek en de hub verschillen',
    waiting: (count, shown) =>
      count === 1 ? '1 wijziging wacht op verzending' : `${shown} wijzigingen wachten op verzending`,
    originalsWaiting: (shown) => `Alles opgeslagen; ${shown} aan originelen wacht op verzending`,
    running: 'Synchroniseren…',
    progress: (came, total) => `Synchroniseren: ${came} van ${total}`,
    offline: 'Offline; alle wijzigingen zijn hier opgeslagen',
    offlineWaiting: (count, shown) =>
      count === 1
        ? 'Offline; 1 wijziging is hier opgeslagen en wacht'
        : `Offline; ${shown} wijzigingen zijn hier opgeslagen en wachten`,
    paused: 'Synchroniseren is gestopt; alle wijzigingen zijn hier opgeslagen',
    pausedWaiting: (count, shown) =>
      count === 1
        ? 'Synchroniseren is gestopt; 1 wijziging is hier opgeslagen en wacht'
        : `Synchroniseren is gestopt; ${shown} wijzigingen zijn hier opgeslagen en wachten`,
    problem: 'Synchroniseren lukt niet',
    conflicts: (count, shown) =>
      count === 1 ? '1 conflict om te beslissen' : `${shown} conflicten om te beslissen`,
    clashes: (count, shown) => (count === 1 ? '1 dubbele boeking' : `${shown} dubbele boekingen`),
    late: (count, shown) => (count === 1 ? '1 te late invoer' : `${shown} keer te late invoer`),
    overtaken: (count, shown) =>
      count === 1 ? '1 beslissing geldt niet' : `${shown} beslissingen gelden niet`,
    refused: (count, shown) =>
      count === 1 ? '1 wijziging is geweigerd' : `${shown} wijzigingen zijn geweigerd`,
  },

  trouble: {
    title: 'Iemand moet iets zeggen',
    putBack: {
      action: 'De hub is teruggezet',
      question: 'Is de hub uit een kopie teruggezet?',
      consequence:
        'Vraag het eerst aan de beheerder van de hub. Deze werkplek vergelijkt dan alles, en geeft de hub terug wat de kopie mist. Van wat hier staat gaat niets verloren.',
    },
    deletions: {
      action: 'Hier ook verwijderen',
      question: 'Hier zo veel verwijderen?',
      consequence:
        'Vraag eerst uw collega’s of iemand dat zo bedoelt. Wat op een andere werkplek is verwijderd, wordt dan ook hier verwijderd, hoeveel het ook is. Wijzigingen die u eraan maakte, blijven.',
    },
    rejoin: {
      action: 'Opnieuw aansluiten',
      dialog: 'Opnieuw aansluiten',
      detail: 'Alles wat hier staat blijft, en wat wacht gaat mee met de volgende synchronisatie.',
      line: 'Uitnodiging van een collega',
      missing: 'Plak de uitnodiging: één regel die begint met booqing1.',
      done: 'Deze werkplek is opnieuw aangesloten.',
    },
  },

  queue: {
    title: 'Wacht op verzending',
    detail: 'Hier opgeslagen; gaat bij de volgende synchronisatie naar de hub.',
    none: 'Er wacht niets: de hub heeft alles van deze werkplek.',
    more: (count, shown) => (count === 1 ? 'en nog 1' : `en nog ${shown}`),
  },

  conflicts: {
    title: 'Conflicten om te beslissen',
    detail: 'Hetzelfde is hier en op een andere werkplek gewijzigd. Beide blijven bewaard tot iemand kiest.',
    none: 'Er valt niets te beslissen.',
    found: (at) => `Gevonden ${at}`,
    before: 'Eerst',
    mine: (desk) => `Mijn versie, ${desk}`,
    theirs: (desk) => `Andere versie, ${desk}`,
    field: 'Veld',
    keepMine: 'Mijn versie houden',
    keepTheirs: 'Andere versie houden',
    keepMineOf: (title) => `Mijn versie houden: ${title}`,
    keepTheirsOf: (title) => `Andere versie houden: ${title}`,
    kept: (title) => `Beslist: ${title}`,
    empty: 'leeg',
    entered: (at) => `ingevuld ${at}`,
  },

  late: {
    title: 'Te late invoer',
    detail:
      'Ingevuld voor een boekjaar dat al verzegeld was. Dat jaar blijft zoals het was; voer het in een open jaar in.',
    meant: (year) => `voor boekjaar ${year}`,
    by: (desk, at) => `${desk}, ${at}`,
    field: 'Veld',
    is: 'Zoals het is',
    meantTo: 'Zoals bedoeld',
    entered: 'Ingevoerd in een open jaar',
    enteredOf: (title) => `Ingevoerd in een open jaar: ${title}`,
    drop: 'Niet meer nodig',
    dropOf: (title) => `Niet meer nodig: ${title}`,
    done: (title) => `Afgehandeld: ${title}`,
  },

  clashes: {
    title: 'Dubbele boekingen',
    detail: 'Op een andere werkplek was de plaats al vergeven. Verplaats de boeking, of annuleer haar.',
    lost: (number, when) => `De plaats ging naar ${number}, ${when}`,
    gone: 'Wat de plaats had is hier niet meer.',
    move: 'Boeking verplaatsen',
    moveOf: (number) => `Boeking ${number} verplaatsen`,
    moved: (number) => `Boeking ${number} verplaatst`,
    cancel: 'Boeking annuleren',
    cancelOf: (number) => `Boeking ${number} annuleren`,
    cancelled: (number) => `Boeking ${number} geannuleerd`,
    moveHint: 'De duur blijft gelijk.',
    date: 'Datum',
    time: 'Begint om',
    timeHint: 'Zoals 14:30',
    dateMissing: 'Vul een datum in zoals 12-10-2027.',
    timeMissing: 'Vul een tijd in zoals 14:30.',
  },

  overtaken: {
    title: 'Eerder beslist op een andere werkplek',
    detail: 'Een andere werkplek had dit al beslist, en dat geldt. Kijk wat u ervoor gedaan had.',
    decided: 'Hier beslist',
    stands: 'Wat geldt',
    seen: 'Begrepen',
    seenOf: (title) => `Begrepen: ${title}`,
    done: (title) => `Gezien: ${title}`,
  },

  refused: {
    title: 'Geweigerd door de hub',
    detail: 'Deze wijzigingen staan niet in de administratie. Pas ze aan of maak ze ongedaan.',
    none: 'De hub heeft niets geweigerd.',
  },

  invite: {
    title: 'Andere werkplek',
    detail: 'Een collega sluit aan met een uitnodiging: één regel, 10 minuten geldig, voor één werkplek.',
    action: 'Andere werkplek uitnodigen',
    dialog: 'Uitnodiging voor een andere werkplek',
    line: 'Uitnodiging',
    valid: '10 minuten geldig en voor één werkplek. Wie de regel heeft, komt binnen: geef hem persoonlijk.',
    copy: 'Uitnodiging kopiëren',
    copied: 'Uitnodiging gekopieerd',
    notCopied: 'Kopiëren lukte niet. Selecteer de regel en kopieer hem zelf.',
    making: 'De uitnodiging wordt gemaakt…',
  },
};
