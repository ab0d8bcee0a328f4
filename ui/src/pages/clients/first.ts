import type { Desk } from '../../lib/desk';
import type { ClientQuery } from '../../lib/generated/ClientQuery';
import { firstRows } from '../../lib/paged.svelte';
import type { Workplace } from '../../lib/workplace.svelte';

/** What the list of clients asks when it opens. */
const first: ClientQuery = {
  text: '',
  state: null,
  sort: 'name',
  descending: false,
  offset: 0,
  limit: firstRows,
};

/** Asks for the first rows of the list, before it stands. */
export function askFirst(desk: Desk, workplace: Workplace): Promise<unknown> {
  return workplace.clientsAhead.ask(first, desk.clients);
}
