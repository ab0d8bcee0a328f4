import type en from './en';

/** Every text of the interface. English is the type: a language that misses a text does not compile. */
export type Messages = typeof en;
