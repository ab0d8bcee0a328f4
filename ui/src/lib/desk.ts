import { invoke, type InvokeArgs, type InvokeOptions } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { DeskError } from './desk-error';
import type { Appearance } from './generated/Appearance';
import type { AskedCharacter } from './generated/AskedCharacter';
import type { BookingPage } from './generated/BookingPage';
import type { BookingQuery } from './generated/BookingQuery';
import type { ClashLine } from './generated/ClashLine';
import type { ClientPage } from './generated/ClientPage';
import type { ClientQuery } from './generated/ClientQuery';
import type { ClientView } from './generated/ClientView';
import type { ConflictLine } from './generated/ConflictLine';
import type { DocumentPage } from './generated/DocumentPage';
import type { DocumentQuery } from './generated/DocumentQuery';
import type { DossierSection } from './generated/DossierSection';
import type { Explained } from './generated/Explained';
import type { Failure } from './generated/Failure';
import type { HistoryLine } from './generated/HistoryLine';
import type { Hit } from './generated/Hit';
import type { Imported } from './generated/Imported';
import type { ImportPreview } from './generated/ImportPreview';
import type { Language } from './generated/Language';
import type { KeySlots } from './generated/KeySlots';
import type { LateLine } from './generated/LateLine';
import type { Opening } from './generated/Opening';
import type { OriginalLine } from './generated/OriginalLine';
import type { OriginalQuery } from './generated/OriginalQuery';
import type { OvertakenLine } from './generated/OvertakenLine';
import type { Printer } from './generated/Printer';
import type { QueueLine } from './generated/QueueLine';
import type { RefusedLine } from './generated/RefusedLine';
import type { RetentionView } from './generated/RetentionView';
import type { Settlement } from './generated/Settlement';
import type { Start } from './generated/Start';
import type { Status } from './generated/Status';
import type { SyncState } from './generated/SyncState';
import type { UndoLine } from './generated/UndoLine';

/** Joining by an invitation; a passphrase only where there is no keyring. */
type JoinRequest = { invitation: string; name: string; passphrase: string | null };

/** Which value of which record; without a field the record as a whole. */
export type ExplainRequest = { class: string; id: string; field: string | null; language: Language };

/** Which column of the file fills which field; null leaves it to the desk to guess. */
export type Mapping = Record<string, string | null> | null;

type PreviewRequest = { file: File; mapping: Mapping; language: Language };

type ImportRequest = PreviewRequest & {
  /** Whether rows that cannot be read are left out; otherwise one such row stops everything. */
  goodOnly: boolean;
};

export type Printed = { printer: string; job: string };

/**
 * Everything the interface asks of the desk. This file is the only one that knows how the question travels; a second
 * implementation (browser-desk/) serves the same pages in an ordinary browser.
 *
 * Every call rejects with a DeskError and with nothing else. Moments are whole seconds since 1970.
 */
/** What a person agrees to, for one sync. */
export type SyncConsent = {
  /** The hub was put back from a copy: it is given back what it lacks. */
  putBack: boolean;
  /** So much was really meant to be deleted. */
  deletions: boolean;
};

export interface Desk {
  /** What the window needs before its first picture. */
  start(): Promise<Start>;
  /** Keeps language, theme and density for the next start, and returns what was kept. */
  saveAppearance(appearance: Appearance): Promise<Appearance>;

  /** Whether there is an administration here and whether it is open. */
  opening(): Promise<Opening>;
  unlock(passphrase: string): Promise<Opening>;
  /** Opens by what somebody typed from the recovery kit. */
  recover(typed: string): Promise<Opening>;
  join(request: JoinRequest): Promise<Opening>;

  /** The ways into this desk. */
  keySlots(): Promise<KeySlots>;
  /** Lets a passphrase open it, instead of the one there was. */
  setPassphrase(passphrase: string): Promise<KeySlots>;
  /** Puts a new secret into the keyring, instead of the one there was. */
  renewKeyring(): Promise<KeySlots>;
  removeKeySlot(slot: number): Promise<KeySlots>;
  /** Makes a recovery kit that opens nothing yet, and says which characters of the sheet are asked back. */
  makeRecoveryKit(language: Language): Promise<AskedCharacter[]>;
  printRecoveryKit(language: Language, printer: string | null): Promise<Printed>;
  saveRecoveryKit(language: Language): Promise<{ path: string }>;
  /** Lets the kit that was made open this desk, if these are the characters. */
  takeRecoveryKit(typed: string): Promise<KeySlots>;
  /** Forgets the kit that was made. */
  dropRecoveryKit(): Promise<void>;
  /** Tries what stands on the sheet; nothing changes. */
  tryRecoveryKit(typed: string): Promise<KeySlots>;

  status(): Promise<Status>;
  syncState(): Promise<SyncState>;
  /** Tells of every new state of the sync, until the answer is called. */
  onSyncState(listener: (state: SyncState) => void): Promise<() => void>;
  /** Tells which record classes changed here, by own edits or from the hub, until the answer is called. */
  onChanged(listener: (classes: string[]) => void): Promise<() => void>;
  /** Tells that the data of this desk are damaged: they are checked when it opens. */
  onDamaged(listener: (failure: Failure) => void): Promise<() => void>;
  /** Syncs now, with what a person agrees to; the desk also does so by itself. */
  synchronise(consent?: SyncConsent): Promise<void>;
  /** Stops the sync until `synchronise`; what came in stays, and it goes on from there. */
  pauseSync(): Promise<void>;
  /** Joins again with an invitation, where the hub no longer takes changes of this desk. */
  rejoin(invitation: string): Promise<void>;
  invite(): Promise<{ invitation: string }>;

  clients(query: ClientQuery): Promise<ClientPage>;
  client(id: string, language: Language): Promise<ClientView>;
  addClient(values: Record<string, unknown>): Promise<{ id: string }>;
  /** Changes these fields and no others; null clears one. */
  setClient(id: string, values: Record<string, unknown>): Promise<void>;
  /** What is small about a client: consents, disclosures, holds. */
  dossierSections(client: string, language: Language): Promise<DossierSection[]>;
  bookings(query: BookingQuery): Promise<BookingPage>;
  /** Changes these fields and no others; null clears one. */
  setBooking(id: string, values: Record<string, unknown>): Promise<void>;
  cancelBooking(id: string): Promise<void>;
  documents(query: DocumentQuery): Promise<DocumentPage>;
  /** The originals of a document. */
  originals(query: OriginalQuery): Promise<OriginalLine[]>;
  /** Adds a file to a document, as its original; one that is there already is not added twice. */
  addOriginal(document: string, file: File): Promise<OriginalLine>;
  /** Saves a copy, fetched from the hub where it is not here. */
  saveOriginal(id: string): Promise<{ path: string }>;
  /** Keeps an original on this desk, or no longer. */
  keepOriginal(id: string, keep: boolean): Promise<OriginalLine>;
  /** Why something is held, and until when. */
  explain(request: ExplainRequest): Promise<Explained>;
  history(recordClass: string, id: string, language: Language): Promise<HistoryLine[]>;
  search(text: string, limit: number): Promise<Hit[]>;

  conflicts(language: Language): Promise<ConflictLine[]>;
  resolveConflict(id: string, keep: 'mine' | 'theirs'): Promise<void>;
  /** Bookings that lost their place to others. */
  clashes(): Promise<ClashLine[]>;
  /** What was entered for a fiscal year that had been sealed. */
  lateEntries(language: Language): Promise<LateLine[]>;
  /** Says what became of a late entry. */
  settleLateEntry(id: string, settlement: Settlement): Promise<void>;
  /** What this desk decided after another one: that does not stand. */
  overtaken(language: Language): Promise<OvertakenLine[]>;
  /** Says that somebody has seen that. */
  seeOvertaken(id: string): Promise<void>;
  refusals(language: Language): Promise<RefusedLine[]>;
  queue(language: Language): Promise<QueueLine[]>;
  /** The last step that can be undone. */
  lastStep(language: Language): Promise<UndoLine | null>;
  undo(step: number): Promise<void>;

  printers(): Promise<Printer[]>;
  printDossier(request: { client: string; language: Language; printer: string | null }): Promise<Printed>;
  saveDossier(request: {
    client: string;
    language: Language;
    format: 'pdf' | 'json';
  }): Promise<{ path: string }>;

  retention(request: { as_of: string; language: Language }): Promise<RetentionView>;
  saveRetention(request: {
    as_of: string;
    language: Language;
    format: 'pdf' | 'csv' | 'json';
  }): Promise<{ path: string }>;
  printRetention(request: { as_of: string; language: Language; printer: string | null }): Promise<Printed>;

  /** What a file with clients holds and how it would be read. */
  previewImport(request: PreviewRequest): Promise<ImportPreview>;
  /** Writes the rows that would be rejected to a file, and gives its path; null when no row is wrong. */
  saveRejected(request: PreviewRequest): Promise<string | null>;
  importClients(request: ImportRequest, progress: (done: number, total: number) => void): Promise<Imported>;
}

async function call<Answer>(command: string, args?: InvokeArgs, options?: InvokeOptions): Promise<Answer> {
  try {
    return await invoke<Answer>(command, args, options);
  } catch (thrown) {
    throw DeskError.from(thrown);
  }
}

async function hear<Payload>(event: string, listener: (payload: Payload) => void): Promise<() => void> {
  try {
    return await listen<Payload>(event, ({ payload }) => listener(payload));
  } catch (thrown) {
    throw DeskError.from(thrown);
  }
}

/** A call whose body is the bytes of a file; what else it asks goes in a header. */
async function callWithFile<Answer>(command: string, file: File, request: object): Promise<Answer> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch (thrown) {
    throw DeskError.from(thrown);
  }
  const asked = encodeURIComponent(JSON.stringify({ name: file.name, ...request }));
  return call(command, bytes, { headers: { 'x-request': asked } });
}

const tauriDesk: Desk = {
  start: () => call('start'),
  saveAppearance: (appearance) => call('save_appearance', { appearance }),
  opening: () => call('opening'),
  unlock: (passphrase) => call('unlock', { passphrase }),
  recover: (typed) => call('recover', { typed }),
  join: (request) => call('join', { request }),
  keySlots: () => call('key_slots'),
  setPassphrase: (passphrase) => call('set_passphrase', { passphrase }),
  renewKeyring: () => call('renew_keyring'),
  removeKeySlot: (slot) => call('remove_key_slot', { slot }),
  makeRecoveryKit: (language) => call('make_recovery_kit', { language }),
  printRecoveryKit: (language, printer) => call('print_recovery_kit', { language, printer }),
  saveRecoveryKit: (language) => call('save_recovery_kit', { language }),
  takeRecoveryKit: (typed) => call('take_recovery_kit', { typed }),
  dropRecoveryKit: () => call('drop_recovery_kit'),
  tryRecoveryKit: (typed) => call('try_recovery_kit', { typed }),
  status: () => call('status'),
  syncState: () => call('sync_state'),
  onSyncState: (listener) => hear('sync-state', listener),
  onChanged: (listener) => hear('changed', listener),
  onDamaged: (listener) => hear('damaged', listener),
  synchronise: (consent = { putBack: false, deletions: false }) => call('synchronise', { ...consent }),
  pauseSync: () => call('pause_sync'),
  rejoin: (invitation) => call('rejoin', { invitation }),
  invite: () => call('invite'),
  clients: (query) => call('clients', { query }),
  client: (id, language) => call('client', { id, language }),
  addClient: (values) => call('add_client', { values }),
  setClient: (id, values) => call('set_client', { id, values }),
  dossierSections: (client, language) => call('dossier_sections', { client, language }),
  bookings: (query) => call('bookings', { query }),
  setBooking: (id, values) => call('set_booking', { id, values }),
  cancelBooking: (id) => call('cancel_booking', { id }),
  documents: (query) => call('documents', { query }),
  originals: (query) => call('originals', { query }),
  addOriginal: (document, file) => callWithFile('add_original', file, { document }),
  saveOriginal: (id) => call('save_original', { id }),
  keepOriginal: (id, keep) => call('keep_original', { id, keep }),
  explain: (request) => call('explain', { request }),
  history: (recordClass, id, language) => call('history', { class: recordClass, id, language }),
  search: (text, limit) => call('search', { text, limit }),
  conflicts: (language) => call('conflicts', { language }),
  resolveConflict: (id, keep) => call('resolve_conflict', { id, keep }),
  clashes: () => call('clashes'),
  lateEntries: (language) => call('late_entries', { language }),
  settleLateEntry: (id, settlement) => call('settle_late_entry', { id, settlement }),
  overtaken: (language) => call('overtaken', { language }),
  seeOvertaken: (id) => call('see_overtaken', { id }),
  refusals: (language) => call('refusals', { language }),
  queue: (language) => call('queue', { language }),
  lastStep: (language) => call('last_step', { language }),
  undo: (step) => call('undo', { step }),
  printers: () => call('printers'),
  printDossier: (request) => call('print_dossier', { request }),
  saveDossier: (request) => call('save_dossier', { request }),
  retention: (request) => call('retention', { request }),
  saveRetention: (request) => call('save_retention', { request }),
  printRetention: (request) => call('print_retention', { request }),
  previewImport: ({ file, mapping, language }) => callWithFile('preview_import', file, { mapping, language }),
  saveRejected: ({ file, mapping, language }) => callWithFile('save_rejected', file, { mapping, language }),
  async importClients({ file, mapping, goodOnly, language }, progress) {
    const deaf = await hear<{ done: number; total: number }>('import-progress', ({ done, total }) =>
      progress(done, total),
    );
    try {
      return await callWithFile('import_clients', file, { mapping, goodOnly, language });
    } finally {
      deaf();
    }
  },
};

/** The desk behind this page: the program's own inside its window, an imitation in memory in a browser. */
export async function openDesk(): Promise<Desk> {
  if ('__TAURI_INTERNALS__' in window) return tauriDesk;
  const { createBrowserDesk, optionsFromAddress, startFromAddress } = await import('./browser-desk');
  return createBrowserDesk(startFromAddress(location.search), optionsFromAddress(location.search));
}
