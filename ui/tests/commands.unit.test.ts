import { expect, test, vi } from 'vitest';
import en from '../src/lib/i18n/en';
import nl from '../src/lib/i18n/nl';
import type { Messages } from '../src/lib/i18n/messages';
import { commandsFor, matching } from '../src/shell/commands';

function commands(m: Messages) {
  const go = vi.fn();
  const change = vi.fn();
  const list = commandsFor({
    m,
    routes: [
      {
        id: 'clients',
        title: (messages) => messages.shell.pages.clients,
        icon: () => ({}),
        place: 'main',
        load: () => Promise.reject(new Error('not opened here')),
      },
    ],
    page: 'clients',
    appearance: { language: 'en', theme: 'dark', density: 'default' },
    go,
    change,
    help: () => {},
  });
  return { list, go, change };
}

test('every page, theme and language can be chosen, and says when it is in use', () => {
  const { list } = commands(en);
  expect(list.map((command) => command.id)).toEqual([
    'go-clients',
    'theme-system',
    'theme-light',
    'theme-dark',
    'language-nl',
    'language-en',
    'shortcuts',
  ]);
  expect(list.filter((command) => command.note).map((command) => command.id)).toEqual([
    'go-clients',
    'theme-dark',
    'language-en',
  ]);
});

test('a command does what it says', () => {
  const { list, go, change } = commands(nl);
  list.find((command) => command.id === 'go-clients')?.run();
  list.find((command) => command.id === 'theme-light')?.run();
  expect(go).toHaveBeenCalledExactlyOnceWith('clients');
  expect(change).toHaveBeenCalledExactlyOnceWith('theme', 'light');
});

test('words are found in any order, in headings too, without case or accents', () => {
  const { list } = commands(nl);
  const ids = (query: string) => matching(list, query).map((command) => command.id);
  expect(ids('')).toHaveLength(list.length);
  expect(ids('  DONKER thema ')).toEqual(['theme-dark']);
  expect(ids('rélaties')).toEqual(['go-clients']);
  expect(ids('nothing like it')).toEqual([]);
});
