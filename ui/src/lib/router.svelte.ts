import { hrefOf, placeOf, type Place } from './hash';

/** Where the person is. The address keeps it, so Back, Forward and reload work by themselves. */
class Router {
  #place = $state.raw<Place>(placeOf(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.#place = placeOf(location.hash)));
  }

  /** The page that the address names; empty when it names none. */
  get page(): string {
    return this.#place.page;
  }

  /** The record on that page; empty when the address names none. */
  get id(): string {
    return this.#place.id;
  }

  /** The part of that record; empty when the address names none. */
  get part(): string {
    return this.#place.part;
  }

  go(page: string, id = '', part = ''): void {
    location.hash = hrefOf(page, id, part);
  }
}

export const router = new Router();
