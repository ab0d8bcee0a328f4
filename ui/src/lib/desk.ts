import { invoke, type InvokeArgs } from '@tauri-apps/api/core';
import { DeskError } from './desk-error';
import type { Appearance } from './generated/Appearance';
import type { Start } from './generated/Start';

/**
 * Everything the interface asks of the desk. This file is the only one that knows how the question travels; a second
 * implementation (desk.browser.ts) serves the same pages in an ordinary browser.
 *
 * Every call rejects with a DeskError and with nothing else.
 */
export interface Desk {
  /** What the window needs before its first picture. */
  start(): Promise<Start>;
  /** Keeps language, theme and density for the next start, and returns what was kept. */
  saveAppearance(appearance: Appearance): Promise<Appearance>;
}

async function call<Answer>(command: string, args?: InvokeArgs): Promise<Answer> {
  try {
    return await invoke<Answer>(command, args);
  } catch (thrown) {
    throw DeskError.from(thrown);
  }
}

const tauriDesk: Desk = {
  start: () => call('start'),
  saveAppearance: (appearance) => call('save_appearance', { appearance }),
};

/** The desk behind this page: the program's own inside its window, an imitation in memory in a browser. */
export async function openDesk(): Promise<Desk> {
  if ('__TAURI_INTERNALS__' in window) return tauriDesk;
  const { createBrowserDesk, startFromAddress } = await import('./desk.browser');
  return createBrowserDesk(startFromAddress(location.search));
}
