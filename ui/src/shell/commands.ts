import type { Appearance } from '../lib/generated/Appearance';
import type { Hit } from '../lib/generated/Hit';
import type { Language } from '../lib/generated/Language';
import type { Theme } from '../lib/generated/Theme';
import type { Messages } from '../lib/i18n/messages';
import { wordFor } from '../lib/tones';
import type { Route } from '../routes';

/** Something the palette can do. */
export type Command = {
  id: string;
  label: string;
  /** The heading it stands under. */
  group: string;
  /** That it is how things are already. */
  note?: string | undefined;
  /** The key that does the same. */
  keys?: string;
  run: () => void;
};

/** What the commands act upon. */
export type Surroundings = {
  m: Messages;
  routes: readonly Route[];
  page: string;
  appearance: Appearance;
  go: (page: string) => void;
  change: <K extends keyof Appearance>(setting: K, value: Appearance[K]) => void;
  help: () => void;
};

const themes: readonly Theme[] = ['system', 'light', 'dark'];
const languages: readonly Language[] = ['nl', 'en'];

/** All commands, in the order of the palette. */
export function commandsFor({ m, routes, page, appearance, go, change, help }: Surroundings): Command[] {
  return [
    ...routes.map((route) => ({
      id: `go-${route.id}`,
      label: route.title(m),
      group: m.shell.palette.goTo,
      note: route.id === page ? m.shell.palette.here : undefined,
      run: () => go(route.id),
    })),
    ...themes.map((theme) => ({
      id: `theme-${theme}`,
      label: m.settings.themes[theme],
      group: m.shell.palette.theme,
      note: theme === appearance.theme ? m.shell.palette.inUse : undefined,
      run: () => change('theme', theme),
    })),
    ...languages.map((language) => ({
      id: `language-${language}`,
      label: m.settings.languages[language],
      group: m.shell.palette.language,
      note: language === appearance.language ? m.shell.palette.inUse : undefined,
      run: () => change('language', language),
    })),
    {
      id: 'shortcuts',
      label: m.shell.shortcuts.title,
      group: m.shell.palette.help,
      keys: '?',
      run: help,
    },
  ];
}

/** Where the dossier shows a record of this class. */
const parts: Record<string, string> = { booking: 'bookings', document: 'documents', consent: 'privacy' };

/** What the desk found, as commands that open it: a client, or the dossier of the client it belongs to. */
export function hitCommands(
  hits: readonly Hit[],
  m: Messages,
  go: (page: string, record: string, part: string) => void,
): Command[] {
  return hits.map((hit) => ({
    id: `hit-${hit.class}-${hit.id}`,
    label: hit.title,
    group: wordFor(m.words.recordClasses, hit.class),
    note: hit.detail,
    run: () => {
      if (hit.class === 'client') go('clients', hit.id, '');
      else if (hit.client) go('clients', hit.client, parts[hit.class] ?? '');
      else if (hit.class === 'booking') go('bookings', '', '');
    },
  }));
}

/** A text as people search it: without case and without accents. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The commands whose name or heading holds every word of the query; all of them for an empty one. */
export function matching(commands: readonly Command[], query: string): Command[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  return commands.filter((command) => {
    const text = plain(`${command.group} ${command.label}`);
    return words.every((word) => text.includes(word));
  });
}
