import { DeskError } from '../desk-error';
import type { ConflictLine } from '../generated/ConflictLine';
import type { Language } from '../generated/Language';
import type { LateLine } from '../generated/LateLine';
import type { OvertakenLine } from '../generated/OvertakenLine';
import type { QueueLine } from '../generated/QueueLine';
import type { RefusedLine } from '../generated/RefusedLine';
import type { SyncState } from '../generated/SyncState';
import { idOf, now } from './random';

/** A hub that is not there: it says what a hub would, and conflicts and refusals to decide about. */
export class PretendedSync {
  state: SyncState;
  queue: QueueLine[] = [];
  #listeners = new Set<(state: SyncState) => void>();
  #conflicts: string[] = ['phone', 'note'];
  #late: string[] = ['late'];
  #isOvertaken = true;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(phase: SyncState['phase'] = 'idle', problem = 'cert_untrusted', clashes = 0) {
    const failed = phase === 'failed';
    this.state = {
      phase,
      // What runs from the start is a first sync, and what is stopped is one that was far enough.
      came: phase === 'running' ? 3100 : 0,
      total: phase === 'running' ? 10_000 : 0,
      first: phase === 'paused' ? 'usable' : phase === 'running' ? 'begun' : null,
      problem: failed
        ? {
            code: problem,
            message:
              problem === 'hub_put_back'
                ? 'The hub begins anew: its data were put back from a copy, or somebody rolled them back. Ask the operator of the hub which. If they were put back, say so: this desk then gives back what the copy lacks. All changes are kept here.'
                : 'The hub shows another certificate than before.',
            details: null,
          }
        : null,
      waiting: 0,
      synced_at: now,
      equal: true,
      conflicts: this.#conflicts.length,
      clashes,
      late_entries: this.#late.length,
      overtaken: 1,
      refused: 1,
      originals_waiting: 0,
    };
  }

  listen(listener: (state: SyncState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(change: Partial<SyncState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener(this.state);
  }

  /** Takes in everything in a few steps. */
  run(total: number): void {
    clearTimeout(this.#timer);
    const steps = 20;
    let step = 0;
    const next = (): void => {
      if (step === steps) {
        this.queue = [];
        this.tell({
          phase: 'idle',
          waiting: 0,
          originals_waiting: 0,
          synced_at: now,
          equal: true,
          came: total,
        });
        return;
      }
      this.tell({ phase: 'running', came: Math.round((total * step) / steps), total, problem: null });
      step++;
      this.#timer = setTimeout(next, 100);
    };
    next();
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.tell({ phase: 'paused' });
  }

  enqueue(record: { class: string; id: string; title: string }): void {
    this.queue = [...this.queue, { n: this.queue.length + 1, at: now, records: [record] }];
    this.tell({ waiting: this.queue.length });
  }

  conflicts(language: Language): ConflictLine[] {
    const nl = language === 'nl';
    const all: Record<string, ConflictLine['fields']> = {
      phone: [
        {
          field: 'phone',
          label: nl ? 'Telefoon' : 'Phone',
          base: '06 11223344',
          mine: '06 55667788',
          theirs: '030 2345678',
        },
      ],
      note: [
        {
          field: 'note',
          label: nl ? 'Notitie' : 'Note',
          base: null,
          mine: 'Levert de bonnen voortaan per maand aan, in de eerste week.',
          theirs: 'Wil de jaarrekening dit jaar voor 1 mei ontvangen.',
        },
        {
          field: 'payment_days',
          label: nl ? 'Betaaltermijn in dagen' : 'Payment term in days',
          base: '30',
          mine: '14',
          theirs: null,
        },
      ],
    };
    return this.#conflicts.map((id) => ({
      id,
      record_class: 'client',
      record: idOf(1, id === 'phone' ? 3 : 4),
      title: id === 'phone' ? 'Sjoerd van den Heuvel' : 'Atelier Núñez',
      found_at: now - (id === 'phone' ? 5400 : 10_800),
      found_by: 'Balie Utrecht',
      theirs_by: 'Laptop Marieke',
      mine_at: now - (id === 'phone' ? 6000 : 90_000),
      theirs_at: now - (id === 'phone' ? 7200 : 86_000),
      fields: all[id] ?? [],
      resolution: null,
    }));
  }

  resolve(id: string): void {
    if (!this.#conflicts.includes(id))
      throw new DeskError('not_found', 'This conflict has been decided already.');
    this.#conflicts = this.#conflicts.filter((other) => other !== id);
    this.tell({ conflicts: this.#conflicts.length });
  }

  lateEntries(language: Language): LateLine[] {
    const nl = language === 'nl';
    const field = (name: string, label: string, before: string | null, after: string | null) => ({
      field: name,
      label,
      before,
      after,
    });
    return this.#late.map((id) => ({
      id,
      title: nl ? 'Boeking B-00077' : 'Booking B-00077',
      intent: 'change',
      intended: nl ? 'Wijzigen' : 'To change it',
      meant_for: 2024,
      entered_at: now - 90_000,
      found_by: 'Laptop Marieke',
      fields: [
        field('net', nl ? 'Bedrag' : 'Amount', '€ 95,50', '€ 125,00'),
        field('note', nl ? 'Notitie' : 'Note', null, nl ? 'Contant betaald' : 'Paid in cash'),
      ],
      settlement: null,
    }));
  }

  settleLate(id: string): void {
    this.#late = this.#late.filter((other) => other !== id);
    this.tell({ late_entries: this.#late.length });
  }

  overtaken(language: Language): OvertakenLine[] {
    if (!this.#isOvertaken) return [];
    const nl = language === 'nl';
    return [
      {
        id: idOf(4, 1),
        class: 'conflict',
        title: nl ? 'Relatie Bakkerij Visser (C-0007)' : 'Client Bakkerij Visser (C-0007)',
        at: now - 7_000,
        decided: nl ? 'houden wat deze werkplek invulde' : 'keep what this desk entered',
        stands: nl
          ? 'wat werkplek Laptop Marieke invulde is gehouden'
          : 'what desk Laptop Marieke entered was kept',
      },
    ];
  }

  seeOvertaken(): void {
    this.#isOvertaken = false;
    this.tell({ overtaken: 0 });
  }

  refusals(language: Language): RefusedLine[] {
    return [
      {
        class: 'booking',
        id: idOf(2, 12),
        title: 'B-00013',
        code: 'year_sealed',
        sentence:
          language === 'nl'
            ? 'Boekjaar 2024 is verzegeld; deze wijziging kan er niet meer in.'
            : 'Fiscal year 2024 is sealed; this change can no longer go in.',
        at: now - 86_400,
      },
    ];
  }
}
