import { Ahead } from './ahead';
import type { Desk } from './desk';
import { DeskError } from './desk-error';
import type { ClientPage } from './generated/ClientPage';
import type { ClientQuery } from './generated/ClientQuery';
import type { KeySlots } from './generated/KeySlots';
import type { Opening } from './generated/Opening';
import type { SyncState } from './generated/SyncState';
import type { UndoLine } from './generated/UndoLine';
import { i18n } from './i18n/index.svelte';
import { messages } from './messages.svelte';

/** A half-typed form about a client: the changed values by field. */
export type Draft = Record<string, unknown>;

/** What every page knows of the administration: whether it is open, how the sync stands, what has changed. */
export class Workplace {
  #desk: Desk;
  // Nothing on screen depends on who listens.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #listeners = new Set<(classes: readonly string[]) => void>();
  #ends: (() => void)[] = [];
  #ended = false;
  /** When this window was opened, in seconds since 1970. */
  #since = Math.floor(Date.now() / 1000);

  /** Null until the desk has said it. */
  opening = $state.raw<Opening | null>(null);
  openingFailure = $state.raw<DeskError | null>(null);
  /** Null until the desk has said it. */
  sync = $state.raw<SyncState | null>(null);
  /** The ways into this desk; null until the desk has said it. */
  slots = $state.raw<KeySlots | null>(null);
  /** The step that is asked about before it is undone. */
  undoing = $state.raw<UndoLine | null>(null);
  /** Whether the person is still looking at the first sync after joining. */
  welcoming = $state(false);

  /** Forms that were left half-typed, by client. They live as long as the window. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- read once, when a dossier opens
  readonly drafts = new Map<string, Draft>();

  /** The first rows of the list of clients, asked while the desk opens. */
  readonly clientsAhead = new Ahead<ClientQuery, ClientPage>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get isOpen(): boolean {
    return this.opening?.state === 'open';
  }

  /** Looks how the desk stands, and listens from then on. */
  async begin(): Promise<void> {
    this.openingFailure = null;
    try {
      const opening = this.#desk.opening();
      // Both at once. How the sync stands and what there is is asked when it listens, so that no news falls in between.
      const [opened] = await Promise.all([opening, this.#ends.length ? undefined : this.#listen()]);
      this.take(opened);
    } catch (thrown) {
      this.openingFailure = DeskError.from(thrown);
    }
    // The answer of a desk that is not open is none.
    if (!this.isOpen) this.clientsAhead.forget();
  }

  async #listen(): Promise<void> {
    const ends = await Promise.all([
      this.#desk.onSyncState((state) => (this.sync = state)),
      this.#desk.onChanged((classes) => this.#tell(classes)),
      this.#desk.onDamaged(({ message }) => messages.show({ tone: 'bad', text: message })),
    ]);
    for (const end of ends) this.#keep(end);
  }

  /** Takes what the desk says of its opening. */
  take(opening: Opening): void {
    this.opening = opening;
    if (opening.state !== 'open') return;
    void this.#readSync();
    // Where it fails the settings say so; nobody is kept from working.
    void this.#desk.keySlots().then(
      (slots) => (this.slots = slots),
      () => {},
    );
  }

  async #readSync(): Promise<void> {
    try {
      this.sync = await this.#desk.syncState();
    } catch (thrown) {
      messages.show({ tone: 'bad', text: DeskError.from(thrown).message });
    }
  }

  /** Tells of records that changed, until the answer is called: what an effect wants to return. */
  onChanged(listener: (classes: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls when one of these record classes changed, until the answer is called. */
  onChangeOf(classes: readonly string[], listener: () => void): () => void {
    return this.onChanged((changed) => {
      // An empty list says that everything may have changed.
      if (!changed.length || changed.some((name) => classes.includes(name))) listener();
    });
  }

  /**
   * Undoes the last step and says what it was. A step of many records, or one made before this window was opened, is
   * not what somebody has in mind who presses a key: it is asked about first.
   */
  async undo(): Promise<void> {
    try {
      const last = await this.#desk.lastStep(i18n.language);
      if (!last) messages.show({ tone: 'plain', text: i18n.m.shell.undo.nothing });
      else if (last.records > 1 || last.at < this.#since) this.undoing = last;
      else await this.#undo(last);
    } catch (thrown) {
      messages.show({ tone: 'bad', text: DeskError.from(thrown).message });
    }
  }

  /** Undoes the step that was asked about. */
  async undoAsked(): Promise<void> {
    const step = this.undoing;
    if (!step) return;
    await this.#desk.undo(step.step);
    messages.show({ tone: 'plain', text: i18n.m.shell.undo.done(step.label) });
  }

  /** Says what was done just now, with a button that undoes that and nothing that came after it. */
  async say(text: string): Promise<void> {
    let last: UndoLine | null = null;
    try {
      last = await this.#desk.lastStep(i18n.language);
    } catch {
      // What was done is done; it is then said without the button.
    }
    const step = last;
    const action = step && { label: i18n.m.shell.undo.action, run: () => void this.#undo(step) };
    messages.show({ tone: 'plain', text, ...(action && { action }) });
  }

  async #undo({ step, label }: UndoLine): Promise<void> {
    try {
      await this.#desk.undo(step);
      messages.show({ tone: 'plain', text: i18n.m.shell.undo.done(label) });
    } catch (thrown) {
      messages.show({ tone: 'bad', text: DeskError.from(thrown).message });
    }
  }

  /** Listens no longer. */
  end(): void {
    this.#ended = true;
    for (const end of this.#ends) end();
    this.#ends = [];
  }

  #keep(end: () => void): void {
    if (this.#ended) end();
    else this.#ends.push(end);
  }

  #tell(classes: readonly string[]): void {
    this.clientsAhead.forget();
    for (const listener of this.#listeners) listener(classes);
  }
}
