import type { Address } from '../../lib/generated/Address';
import type { ContactPoint } from '../../lib/generated/ContactPoint';

/** The addresses in a value of kind `addresses`. */
export function addressesIn(value: unknown): Address[] {
  return Array.isArray(value) ? (value as Address[]) : [];
}

/** The contacts in a value of kind `contacts`. */
export function contactsIn(value: unknown): ContactPoint[] {
  return Array.isArray(value) ? (value as ContactPoint[]) : [];
}

/** The lines of an address on an envelope. */
export function addressLines({ street, postcode, city, country }: Address): string[] {
  const town = [postcode, city].filter(Boolean).join(' ');
  return [street, town, country].filter((line): line is string => Boolean(line));
}

/** An element with one part changed; an emptied part goes. */
export function withPart<Element extends object>(element: Element, part: string, text: string): Element {
  const changed = { ...element } as Record<string, unknown>;
  if (text) changed[part] = text;
  else delete changed[part];
  return changed as Element;
}
