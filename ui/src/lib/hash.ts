/** The page an address names: `clients` for `#/clients` and for `#/clients/…`, empty when it names none. */
export function pageOf(hash: string): string {
  return /^#\/([a-z][a-z-]*)(?=\/|\?|$)/.exec(hash)?.[1] ?? '';
}

/** The address of a page. */
export function hrefOf(page: string): string {
  return `#/${page}`;
}
