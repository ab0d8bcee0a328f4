import { untrack } from 'svelte';
import type { Messages } from './i18n/messages';
import { hasModifier } from './platform';

/** One key that does something everywhere. */
export type Shortcut = {
  /** The key as KeyboardEvent.key says it, in lower case: `k`, `?`. */
  key: string;
  /** Whether Ctrl (⌘ on a Mac) goes with it. Only such a shortcut works while a field has the focus. */
  modifier?: boolean;
  /** Whether a text field keeps this key for itself, as it does for undoing what was typed. */
  notWhileTyping?: boolean;
  /** What it does, for the overview. */
  label: (m: Messages) => string;
  run: () => void;
};

/** Whether a key typed here is text, so that a plain letter is no shortcut. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=radio], [type=checkbox]), textarea, select'))
  );
}

/** Whether a dialog is open: what lies under it does not answer to keys. */
function isCovered(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"]') !== null;
}

/** The keys that work everywhere. What is registered here is also what the overview shows. */
class Shortcuts {
  list = $state.raw<readonly Shortcut[]>([]);

  /** Adds shortcuts; the answer takes them away again, which is what an effect wants to return. */
  register(...added: Shortcut[]): () => void {
    // Untracked: an effect that registers does not depend on what others registered.
    this.list = [...untrack(() => this.list), ...added];
    return () => (this.list = untrack(() => this.list).filter((shortcut) => !added.includes(shortcut)));
  }

  /** Runs the shortcut that an event names, if it names one. */
  handle(event: KeyboardEvent): void {
    if (
      event.defaultPrevented ||
      event.isComposing ||
      event.altKey ||
      (event.shiftKey && hasModifier(event)) ||
      isCovered()
    )
      return;
    const modifier = hasModifier(event);
    if (!modifier && (event.ctrlKey || event.metaKey || isTyping(event.target))) return;
    const key = event.key.toLowerCase();
    const found = this.list.find((shortcut) => shortcut.key === key && !!shortcut.modifier === modifier);
    if (!found || (found.notWhileTyping && isTyping(event.target))) return;
    event.preventDefault();
    found.run();
  }
}

export const shortcuts = new Shortcuts();
