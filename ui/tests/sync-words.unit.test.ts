import { expect, test } from 'vitest';
import { formats } from '../src/lib/format';
import type { SyncState } from '../src/lib/generated/SyncState';
import en from '../src/lib/i18n/en';
import nl from '../src/lib/i18n/nl';
import { syncWords } from '../src/lib/sync-words';

const at = Date.now() / 1000;
const time = formats('en-GB').momentShort(at);
const calm: SyncState = {
  phase: 'idle',
  came: 0,
  total: 0,
  first: null,
  problem: null,
  waiting: 0,
  synced_at: at,
  equal: true,
  conflicts: 0,
  clashes: 0,
  late_entries: 0,
  overtaken: 0,
  refused: 0,
  originals_waiting: 0,
};

function words(change: Partial<SyncState>) {
  return syncWords({ ...calm, ...change }, en.sync.line, formats('en-GB'));
}

test.each<[Partial<SyncState>, string, string]>([
  [{}, `All saved and synced at ${time}`, 'saved'],
  [{ synced_at: null, equal: null }, 'All saved here; not synced yet', 'waiting'],
  [{ equal: false }, 'All saved; this desk and the hub differ', 'waiting'],
  [{ waiting: 1 }, '1 change waits to be sent', 'waiting'],
  [{ waiting: 1200 }, '1,200 changes wait to be sent', 'waiting'],
  [{ originals_waiting: 2_500_000 }, 'All saved; originals of 2.5 MB wait to be sent', 'waiting'],
  [{ phase: 'running' }, 'Syncing…', 'running'],
  [{ phase: 'running', came: 1500, total: 10_240, waiting: 3 }, 'Syncing 1,500 of 10,240', 'running'],
  [{ phase: 'offline' }, 'Offline; all changes are saved here', 'offline'],
  [{ phase: 'offline', waiting: 2 }, 'Offline; 2 changes are saved here and wait', 'offline'],
  [{ phase: 'paused' }, 'Syncing is stopped; all changes are saved here', 'waiting'],
  [{ phase: 'paused', waiting: 1 }, 'Syncing is stopped; 1 change is saved here and waits', 'waiting'],
  [{ phase: 'failed' }, 'Syncing does not work', 'attention'],
])('%o says %s', (change, text, look) => {
  expect(words(change)).toEqual({ text, look, todo: '' });
});

test('a failure speaks for itself', () => {
  const problem = { code: 'hub_certificate', message: 'The hub shows another certificate.', details: null };
  expect(words({ phase: 'failed', problem }).text).toBe(problem.message);
});

test('what a person has to decide stands beside it', () => {
  expect(words({ conflicts: 1 }).todo).toBe('1 conflict to decide');
  expect(words({ conflicts: 2, refused: 1 }).todo).toBe('2 conflicts to decide, 1 change was refused');
  expect(words({ late_entries: 2 }).todo).toBe('2 late entries');
  expect(words({ overtaken: 1 }).todo).toBe('1 decision does not stand');
  expect(words({ clashes: 1 }).todo).toBe('1 double booking');
  expect(words({ conflicts: 1, clashes: 2 }).todo).toBe('1 conflict to decide, 2 double bookings');
  const dutch = syncWords({ ...calm, refused: 2 }, nl.sync.line, formats('nl-NL'));
  expect(dutch.todo).toBe('2 wijzigingen zijn geweigerd');
});
