import type { Formats } from './format';
import type { SyncState } from './generated/SyncState';
import type { Messages } from './i18n/messages';

/** How the desk stands, for the status line. */
export type SyncWords = {
  text: string;
  /** What a person has to decide; empty when there is nothing. */
  todo: string;
  look: 'saved' | 'waiting' | 'running' | 'offline' | 'attention';
};

function main(sync: SyncState, m: Messages['sync']['line'], format: Formats): Omit<SyncWords, 'todo'> {
  const waiting = format.integer(sync.waiting);
  switch (sync.phase) {
    case 'failed':
      return { text: sync.problem?.message ?? m.problem, look: 'attention' };
    case 'offline':
      return {
        text: sync.waiting ? m.offlineWaiting(sync.waiting, waiting) : m.offline,
        look: 'offline',
      };
    case 'running':
      return {
        text: sync.total ? m.progress(format.integer(sync.came), format.integer(sync.total)) : m.running,
        look: 'running',
      };
    case 'paused':
      return { text: sync.waiting ? m.pausedWaiting(sync.waiting, waiting) : m.paused, look: 'waiting' };
    case 'idle':
      if (sync.waiting) return { text: m.waiting(sync.waiting, waiting), look: 'waiting' };
      if (sync.originals_waiting) {
        return { text: m.originalsWaiting(format.bytes(sync.originals_waiting)), look: 'waiting' };
      }
      if (sync.synced_at === null) return { text: m.notYet, look: 'waiting' };
      if (sync.equal === false) return { text: m.differs, look: 'waiting' };
      return { text: m.saved(format.momentShort(sync.synced_at)), look: 'saved' };
  }
}

/** The state of the sync in words: what it does, and what a person has to decide. */
export function syncWords(sync: SyncState, m: Messages['sync']['line'], format: Formats): SyncWords {
  const todo = [
    sync.conflicts && m.conflicts(sync.conflicts, format.integer(sync.conflicts)),
    sync.clashes && m.clashes(sync.clashes, format.integer(sync.clashes)),
    sync.late_entries && m.late(sync.late_entries, format.integer(sync.late_entries)),
    sync.overtaken && m.overtaken(sync.overtaken, format.integer(sync.overtaken)),
    sync.refused && m.refused(sync.refused, format.integer(sync.refused)),
  ].filter((part) => typeof part === 'string');
  return { ...main(sync, m, format), todo: todo.join(', ') };
}
