import { formats } from '../format';
import type { Language } from '../generated/Language';
import type { Messages } from './messages';

const catalogues: Record<Language, () => Promise<{ default: Messages }>> = {
  en: () => import('./en'),
  nl: () => import('./nl'),
};

/** The locale that dates and amounts follow. Never the browser's: that one says "C" where LANG is unset. */
const tags: Record<Language, string> = { en: 'en-GB', nl: 'nl-NL' };

class I18n {
  #messages = $state.raw<Messages>();
  #asked: Language | undefined;

  /** The language on screen now. */
  language = $state<Language>('en');

  /** Dates, amounts and numbers as the language on screen writes them. */
  format = $derived(formats(tags[this.language]));

  /** The texts of the language on screen. */
  get m(): Messages {
    if (!this.#messages) throw new Error('A text was asked for before a language was chosen.');
    return this.#messages;
  }

  /** Fetches a language that will probably be used, so that it is at hand then. */
  expect(language: string | null): void {
    // That it does not come is told when it is used.
    if (language === 'en' || language === 'nl') catalogues[language]().catch(() => {});
  }

  /** Loads a language and shows it; of two calls in a row the last one wins, whichever arrives first. */
  async use(language: Language): Promise<void> {
    this.#asked = language;
    const { default: messages } = await catalogues[language]();
    if (this.#asked !== language) return;
    this.#messages = messages;
    this.language = language;
    document.documentElement.lang = language;
  }
}

export const i18n = new I18n();
