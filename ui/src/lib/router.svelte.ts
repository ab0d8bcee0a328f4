import { hrefOf, pageOf } from './hash';

/** Where the person is. The address keeps it, so Back, Forward and reload work by themselves. */
class Router {
  /** The page that the address names; empty when it names none. */
  page = $state(pageOf(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.page = pageOf(location.hash)));
  }

  go(page: string): void {
    location.hash = hrefOf(page);
  }
}

export const router = new Router();
