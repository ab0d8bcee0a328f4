import CalendarCheck from '@lucide/svelte/icons/calendar-check';
import Hourglass from '@lucide/svelte/icons/hourglass';
import LayoutGrid from '@lucide/svelte/icons/layout-grid';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Settings from '@lucide/svelte/icons/settings';
import Users from '@lucide/svelte/icons/users';
import type { Component } from 'svelte';
import type { Desk } from './lib/desk';
import type { Icon } from './lib/icon';
import type { Messages } from './lib/i18n/messages';
import type { Workplace } from './lib/workplace.svelte';
import { askFirst } from './pages/clients/first';

/** A page. One entry here is all that the navigation, the palette and the title need. */
export type Route = {
  /** The word in the address: `#/clients`. */
  id: string;
  /** The word in the navigation and in the title: the same one. */
  title: (m: Messages) => string;
  icon: Icon;
  /** Where the navigation shows it. */
  place: 'main' | 'end';
  load: () => Promise<{ default: Component }>;
  /** Asks for what the page shows first, before it stands: the page that opens with the window is drawn once. */
  ahead?: (desk: Desk, workplace: Workplace) => Promise<unknown>;
};

const pages: readonly Route[] = [
  {
    id: 'clients',
    title: (m) => m.shell.pages.clients,
    icon: Users,
    place: 'main',
    load: () => import('./pages/Clients.svelte'),
    ahead: askFirst,
  },
  {
    id: 'bookings',
    title: (m) => m.shell.pages.bookings,
    icon: CalendarCheck,
    place: 'main',
    load: () => import('./pages/Bookings.svelte'),
  },
  {
    id: 'retention',
    title: (m) => m.shell.pages.retention,
    icon: Hourglass,
    place: 'main',
    load: () => import('./pages/Retention.svelte'),
  },
  {
    id: 'sync',
    title: (m) => m.shell.pages.sync,
    icon: RefreshCw,
    place: 'main',
    load: () => import('./pages/Sync.svelte'),
  },
  {
    id: 'settings',
    title: (m) => m.shell.pages.settings,
    icon: Settings,
    place: 'end',
    load: () => import('./pages/Settings.svelte'),
  },
];

/** The components on one page, for us. The condition is constant in a build, so nothing of it ends up there. */
const workbench: readonly Route[] = import.meta.env.DEV
  ? [
      {
        id: 'gallery',
        title: () => 'Gallery',
        icon: LayoutGrid,
        place: 'end',
        load: () => import('./gallery/Gallery.svelte'),
      },
    ]
  : [];

export const routes: readonly Route[] = [...pages, ...workbench];

/** The page that opens when the address names none. */
export const home = 'clients';

/** The route of a page, if there is one. */
export function routeOf(page: string): Route | undefined {
  return routes.find((route) => route.id === (page || home));
}
