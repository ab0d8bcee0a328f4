import { rowHeights } from './density';
import type { Desk } from './desk';
import { DeskError } from './desk-error';
import type { Appearance } from './generated/Appearance';
import { i18n } from './i18n/index.svelte';

/** A choice that is on screen but not kept. */
type Unsaved = { setting: keyof Appearance; error: DeskError };

/** Language, theme and density: applied at once, then kept through the desk. */
class AppearanceStore {
  #desk: Desk | undefined;
  #turn = 0;
  #saving: Promise<unknown> = Promise.resolve();
  #system = matchMedia('(prefers-color-scheme: dark)');

  /** What is on screen now. */
  current = $state.raw<Appearance>({ language: 'en', theme: 'system', density: 'default' });

  /** The last choice, when the desk could not keep it. */
  unsaved = $state.raw<Unsaved | null>(null);

  /** The height of a table row in px. */
  rowHeight = $derived(rowHeights[this.current.density]);

  constructor() {
    this.#system.addEventListener('change', () => this.#show());
  }

  /** Shows what the desk keeps; from then on changes are kept there. */
  async begin(desk: Desk, kept: Appearance): Promise<void> {
    this.#desk = desk;
    this.current = { language: kept.language, theme: kept.theme, density: kept.density };
    this.unsaved = null;
    this.#show();
    await i18n.use(kept.language);
  }

  /** Shows one changed setting and keeps it. Resolves when that is done or has failed; `unsaved` tells which. */
  async change<K extends keyof Appearance>(setting: K, value: Appearance[K]): Promise<void> {
    this.current = { ...this.current, [setting]: value };
    this.#show();
    const shown = i18n.use(this.current.language);
    const turn = ++this.#turn;
    // One save at a time and in order; a choice that was overtaken travels with the newer one.
    this.#saving = this.#saving.then(() => (turn === this.#turn ? this.#save(setting) : undefined));
    await Promise.all([shown, this.#saving]);
  }

  async #save(setting: keyof Appearance): Promise<void> {
    try {
      await this.#desk?.saveAppearance(this.current);
      this.unsaved = null;
    } catch (thrown) {
      this.unsaved = { setting, error: DeskError.from(thrown) };
    }
  }

  #show(): void {
    const { theme, density } = this.current;
    const root = document.documentElement.dataset;
    root.theme = theme === 'system' ? (this.#system.matches ? 'dark' : 'light') : theme;
    root.density = density;
  }
}

export const appearance = new AppearanceStore();
