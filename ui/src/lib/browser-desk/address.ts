import type { Density } from '../generated/Density';
import type { Language } from '../generated/Language';
import type { Start } from '../generated/Start';
import type { SyncState } from '../generated/SyncState';
import type { Theme } from '../generated/Theme';

/** How the desk in memory is to be found. */
export type BrowserOptions = {
  /** How many clients there are. */
  clients: number;
  opening: 'not_joined' | 'locked' | 'open';
  /** Whether the system is said to have a keyring. */
  keyring: boolean;
  sync: SyncState['phase'];
  /** What a sync that failed is said to have run into, by its code. */
  problem: string;
  /** Whether two ways in are proven to work; otherwise a warning stands over every page. */
  safe: boolean;
};

const languages: readonly Language[] = ['nl', 'en'];
const themes: readonly Theme[] = ['system', 'light', 'dark'];
const densities: readonly Density[] = ['compact', 'default', 'comfortable'];
const openings = ['not_joined', 'locked', 'open'] as const;
const phases = ['idle', 'running', 'offline', 'failed', 'paused'] as const;

/** The value when it is one of the allowed ones. */
function oneOf<T extends string>(allowed: readonly T[], value: string | null): T | undefined {
  return allowed.find((candidate) => candidate === value);
}

/**
 * What an address such as `?language=nl&theme=dark` asks for, so that a picture of any appearance can be taken
 * without clicking there first.
 */
export function startFromAddress(search: string): Partial<Start> {
  const asked = new URLSearchParams(search);
  const start: Partial<Start> = {};
  const language = oneOf(languages, asked.get('language'));
  const theme = oneOf(themes, asked.get('theme'));
  const density = oneOf(densities, asked.get('density'));
  if (language) start.language = language;
  if (theme) start.theme = theme;
  if (density) start.density = density;
  return start;
}

/** What an address such as `?clients=100000&opening=locked` asks of the desk in memory. */
export function optionsFromAddress(search: string): Partial<BrowserOptions> {
  const asked = new URLSearchParams(search);
  const options: Partial<BrowserOptions> = {};
  const clients = Number(asked.get('clients') ?? NaN);
  if (Number.isSafeInteger(clients) && clients >= 0 && clients <= 1_000_000) options.clients = clients;
  const opening = oneOf(openings, asked.get('opening'));
  if (opening) options.opening = opening;
  const sync = oneOf(phases, asked.get('sync'));
  if (sync) options.sync = sync;
  const problem = asked.get('problem');
  if (problem) options.problem = problem;
  if (asked.get('safe') === 'no') options.safe = false;
  if (asked.get('keyring') === 'no') options.keyring = false;
  return options;
}
