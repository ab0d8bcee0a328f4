import { createContext } from 'svelte';
import type { Desk } from './desk';
import type { Start } from './generated/Start';
import type { Workplace } from './workplace.svelte';

/** What every page may need of the running program. */
export type Session = {
  desk: Desk;
  /** What the desk said when the window opened; the appearance may have changed since. */
  start: Start;
  workplace: Workplace;
};

export const [getSession, setSession] = createContext<Session>();
