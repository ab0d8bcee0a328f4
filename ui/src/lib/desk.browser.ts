import type { Desk } from './desk';
import type { Appearance } from './generated/Appearance';
import type { Density } from './generated/Density';
import type { Language } from './generated/Language';
import type { Start } from './generated/Start';
import type { Theme } from './generated/Theme';

const languages: readonly Language[] = ['nl', 'en'];
const themes: readonly Theme[] = ['system', 'light', 'dark'];
const densities: readonly Density[] = ['compact', 'default', 'comfortable'];

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

/** A desk in memory: for development in a browser and for the tests. It forgets everything on reload. */
export function createBrowserDesk(overrides: Partial<Start> = {}): Desk {
  let state: Start = {
    version: '0.0.0',
    language: 'en',
    theme: 'system',
    density: 'default',
    softwareRendering: false,
    ...overrides,
  };

  return {
    start: async () => ({ ...state }),
    saveAppearance: async (appearance: Appearance) => {
      state = { ...state, ...appearance };
      return { ...appearance };
    },
  };
}
