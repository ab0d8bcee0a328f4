import type { Desk } from '../desk';
import { DeskError } from '../desk-error';
import type { Language } from '../generated/Language';
import type { Opening } from '../generated/Opening';
import type { Start } from '../generated/Start';
import type { BrowserOptions } from './address';
import { nameOf, type StoredClient } from './clients';
import { fieldValues, labelOf } from './fields';
import { readImport } from './imports';
import { PretendedKeys } from './keys';
import { InventedOriginals } from './originals';
import { explainFor, sectionsFor } from './privacy';
import { idOf, now } from './random';
import { retentionAsOf } from './retention';
import { BrowserStore } from './store';
import { PretendedSync } from './sync';

export { optionsFromAddress, startFromAddress } from './address';

const administration = 'Administratiekantoor De Linde';

const invitation =
  'booqing1aebagbafaydqqcikbmgqhbysgqlbcyrqmcikboiuyfrlcqsdaq6ryggcbufakdmiq3dinbwj7uzpmqkdavcvtq4xk2tx';

/**
 * A desk in memory: for development in a browser and for the tests. It forgets everything on reload. What it says
 * about people is invented; its passphrase is `welkom`.
 */
export function createBrowserDesk(overrides: Partial<Start> = {}, asked: Partial<BrowserOptions> = {}): Desk {
  const options: BrowserOptions = {
    clients: 1204,
    opening: 'open',
    keyring: true,
    sync: 'idle',
    problem: 'cert_untrusted',
    safe: true,
    ...asked,
  };
  let start: Start = {
    version: '0.0.0',
    language: 'en',
    theme: 'system',
    density: 'default',
    softwareRendering: false,
    ...overrides,
  };
  let opening = options.opening;
  const store = new BrowserStore(options.clients);
  const sync = new PretendedSync(options.sync, options.problem, options.clients ? 1 : 0);
  const keys = new PretendedKeys(options.keyring, options.safe, (en, nl) => word(start.language, en, nl));
  const originals = new InventedOriginals(store);
  const changedListeners = new Set<(classes: string[]) => void>();
  const steps: { step: number; id: string; before: StoredClient['values'] }[] = [];

  function changed(...classes: string[]): void {
    for (const listener of changedListeners) listener(classes);
  }

  function word(language: Language, en: string, nl: string): string {
    return language === 'nl' ? nl : en;
  }

  function tellClashes(): void {
    sync.tell({ clashes: store.clashes().length });
  }

  function client(id: string): StoredClient {
    const found = store.client(id);
    if (found) return found;
    throw new DeskError(
      'unknown',
      word(start.language, 'This client is not here.', 'Deze relatie is hier niet.'),
    );
  }

  function save(id: string, values: Record<string, unknown>): void {
    const email = values.email;
    if (typeof email === 'string' && !/^\S+@\S+\.\S+$/.test(email)) {
      throw new DeskError(
        'value',
        word(
          start.language,
          'Enter an address such as name@example.nl.',
          'Vul een adres in zoals naam@voorbeeld.nl.',
        ),
        { field: 'email' },
      );
    }
    store.put(id, values);
    sync.enqueue({ class: 'client', id, title: nameOf(client(id).values) });
    changed('client');
  }

  function opened(): Opening {
    if (opening === 'open') return { state: 'open', administration, language: start.language };
    if (opening === 'not_joined') return { state: 'not_joined', keyring: options.keyring };
    const message = word(
      start.language,
      'The keyring of this computer is locked. Open this desk with its passphrase.',
      'De sleutelbos van deze computer is vergrendeld. Open deze werkplek met de wachtzin.',
    );
    const failure = { code: 'keyring_locked', message, details: null };
    return { state: 'locked', failure, passphrase: true, recovery_kit: true };
  }

  return {
    start: async () => ({ ...start }),
    saveAppearance: async (appearance) => {
      start = { ...start, ...appearance };
      return { ...appearance };
    },

    opening: async () => opened(),
    unlock: async (passphrase) => {
      if (passphrase !== 'welkom') {
        throw new DeskError(
          'wrong_passphrase',
          word(
            start.language,
            'The passphrase does not fit. Try again.',
            'De wachtzin klopt niet. Probeer het opnieuw.',
          ),
        );
      }
      opening = 'open';
      return opened();
    },
    recover: async (typed) => {
      keys.check(typed);
      opening = 'open';
      return opened();
    },
    ...keys.asked,
    join: async (request) => {
      if (!request.invitation.trim().startsWith('booqing1')) {
        throw new DeskError(
          'invitation',
          word(
            start.language,
            'This is not an invitation. It is one line that starts with booqing1.',
            'Dit is geen uitnodiging. Een uitnodiging is één regel die begint met booqing1.',
          ),
          { field: 'invitation' },
        );
      }
      opening = 'open';
      sync.state = {
        ...sync.state,
        synced_at: null,
        conflicts: 0,
        clashes: 0,
        late_entries: 0,
        overtaken: 0,
        refused: 0,
      };
      sync.run(10_240);
      return opened();
    },

    onDamaged: async () => () => {},
    status: async () => ({
      state: sync.state.waiting ? 'waiting' : 'saved',
      storage: 12_000_000,
      administration,
      desk: idOf(9, 0),
      hub: 'hub.voorbeeld.nl:7443',
      waiting: sync.state.waiting,
      synced_at: sync.state.synced_at,
      equal: sync.state.equal,
      conflicts: sync.state.conflicts,
      clashes: sync.state.clashes,
      late_entries: sync.state.late_entries,
      overtaken: sync.state.overtaken,
      number_faults: 0,
      refused: sync.state.refused,
      originals_waiting: sync.state.originals_waiting,
      slots: keys.kinds,
      slots_safe: keys.all().safe,
      records: {
        clients: store.size,
        bookings: store.bookingLines.length,
        documents: store.documentLines.length,
      },
    }),
    syncState: async () => sync.state,
    onSyncState: async (listener) => sync.listen(listener),
    onChanged: async (listener) => {
      changedListeners.add(listener);
      return () => changedListeners.delete(listener);
    },
    synchronise: async () => sync.run(sync.state.waiting || 12),
    pauseSync: async () => sync.pause(),
    rejoin: async () => sync.run(12),
    invite: async () => ({ invitation }),

    clients: async (query) => store.clients(query),
    client: async (id, language) => {
      const { version, values } = client(id);
      return {
        id,
        version,
        number: String(values.number),
        name: nameOf(values),
        kind: String(values.kind),
        state: String(values.state),
        values: fieldValues(values, language),
      };
    },
    addClient: async (values) => {
      const id = idOf(1, store.size);
      const number = `C-${String(store.size + 1).padStart(4, '0')}`;
      save(id, { state: 'active', number, ...values });
      return { id };
    },
    setClient: async (id, values) => {
      steps.push({ step: steps.length + 1, id, before: client(id).values });
      save(id, values);
    },
    dossierSections: async (id, language) => sectionsFor(parseInt(id.slice(-6), 16), language),
    bookings: async (query) => store.bookings(query),
    setBooking: async (id, values) => {
      const line = store.setBooking(id, values);
      sync.enqueue({ class: 'booking', id, title: line.number });
      tellClashes();
      changed('booking');
    },
    cancelBooking: async (id) => {
      const line = store.setBooking(id, { state: 'cancelled' });
      sync.enqueue({ class: 'booking', id, title: line.number });
      tellClashes();
      changed('booking');
    },
    documents: async (query) => {
      const { total, rows } = store.documents(query);
      return { total, rows: rows.map((row) => ({ ...row, originals: originals.of(row.id).length })) };
    },
    originals: async ({ document }) => originals.of(String(document)),
    addOriginal: async (document, file) => {
      const added = originals.add(document, file);
      sync.tell({ originals_waiting: sync.state.originals_waiting + added.size });
      changed('attachment', 'document');
      return added;
    },
    saveOriginal: async (id) => ({ path: `~/Downloads/${originals.line(id).file_name}` }),
    keepOriginal: async (id, keep) => {
      const kept = originals.keep(id, keep);
      changed('attachment');
      return kept;
    },
    explain: async (request) => explainFor(request),
    history: async (_recordClass, id, language) => [
      ...store.history(id).map((line) => ({
        ...line,
        fields: line.fields.map((f) => ({ ...f, label: labelOf(f.field, language) })),
      })),
      {
        at: now - 8_640_000,
        user: null,
        elsewhere: true,
        kind: 'change',
        fields: [
          { field: 'phone', label: labelOf('phone', language), before: '06 11223344', after: '06 55667788' },
          { field: 'note', label: labelOf('note', language), before: null, after: 'Belt liever.' },
        ],
      },
      { at: null, user: null, elsewhere: true, kind: 'arrived', fields: [] },
    ],
    search: async (text, limit) => store.search(text, limit),

    conflicts: async (language) => sync.conflicts(language),
    resolveConflict: async (id) => {
      sync.resolve(id);
      changed('conflict', 'client');
    },
    clashes: async () => store.clashes(),
    lateEntries: async (language) => sync.lateEntries(language),
    settleLateEntry: async (id) => {
      sync.settleLate(id);
      changed('late_entry');
    },
    overtaken: async (language) => sync.overtaken(language),
    seeOvertaken: async () => {
      sync.seeOvertaken();
      changed('conflict');
    },
    refusals: async (language) => (sync.state.refused ? sync.refusals(language) : []),
    queue: async () => sync.queue,
    lastStep: async (language) => {
      const last = steps.at(-1);
      if (!last) return null;
      return {
        step: last.step,
        operation: 'client.set',
        label: word(language, 'change of a client', 'wijziging van een relatie'),
        at: Math.floor(Date.now() / 1000),
        records: 1,
      };
    },
    undo: async (step) => {
      const last = steps.pop();
      if (last?.step !== step) throw new DeskError('undo', 'This step can no longer be undone.');
      save(last.id, last.before);
    },

    printers: async () => [
      { name: 'office', description: 'HP LaserJet, eerste verdieping', is_default: true },
      { name: 'label', description: 'Brother QL-820', is_default: false },
    ],
    printDossier: async ({ printer }) => ({ printer: printer ?? 'office', job: '118' }),
    saveDossier: async ({ client: id, format }) => ({
      path: `~/Documents/dossier-${id.slice(-4)}.${format}`,
    }),
    retention: async ({ as_of, language }) => retentionAsOf(as_of, language),
    saveRetention: async ({ as_of, format }) => ({ path: `~/Documents/retention-${as_of}.${format}` }),
    printRetention: async ({ printer }) => ({ printer: printer ?? 'office', job: '119' }),

    previewImport: async ({ file, mapping, language }) => (await readImport(file, mapping, language)).preview,
    saveRejected: async ({ file, mapping, language }) => {
      const { preview } = await readImport(file, mapping, language);
      return preview.rejected_count ? `~/Downloads/${file.name}-rejected.csv` : null;
    },
    importClients: async ({ file, mapping, goodOnly, language }, progress) => {
      const { preview, good } = await readImport(file, mapping, language);
      if (preview.rejected_count && !goodOnly) {
        throw new DeskError(
          'import_rejected',
          word(
            language,
            'Some rows cannot be read, so nothing was imported.',
            'Sommige rijen zijn niet te lezen; er is niets geïmporteerd.',
          ),
        );
      }
      for (const [i, values] of good.entries()) {
        const kind = values.company_name ? 'company' : 'person';
        const number = `C-${String(store.size + 1).padStart(4, '0')}`;
        store.put(idOf(1, store.size), { kind, state: 'active', number, ...values });
        progress(i + 1, good.length);
      }
      changed('client');
      return {
        rows: preview.rows,
        imported: good.length,
        rejected_count: preview.rejected_count,
        rejected: preview.rejected,
        rejected_file: preview.rejected_count ? `~/Documents/${file.name}-rejected.csv` : null,
      };
    },
  };
}
