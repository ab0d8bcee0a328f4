/** Where an address leads: `{ page: 'clients', id: 'x', part: 'history' }` for `#/clients/x/history`. */
export type Place = {
  /** The page; empty when the address names none. */
  page: string;
  /** The record on that page, if it names one. */
  id: string;
  /** The part of that record, if it names one. */
  part: string;
};

/** The place an address names. */
export function placeOf(hash: string): Place {
  const found = /^#\/([a-z][a-z-]*)(?:\/([^/?]*))?(?:\/([^/?]*))?(?=\/|\?|$)/.exec(hash);
  return { page: found?.[1] ?? '', id: decoded(found?.[2]), part: decoded(found?.[3]) };
}

function decoded(text = ''): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** The address of a page, of a record on it, of a part of that record. */
export function hrefOf(page: string, id = '', part = ''): string {
  return `#/${[page, id, part].filter(Boolean).map(encodeURIComponent).join('/')}`;
}
