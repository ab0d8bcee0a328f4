/** How this system names the key that goes with a letter. The only question we ask the browser about the machine. */
const apple = /Mac|iPhone|iPad/.test(navigator.platform);

/** The modifier of shortcuts as people know it here: Ctrl, or ⌘ on a Mac. */
export const modifierName = apple ? '⌘' : 'Ctrl';

/** Whether an event carries that modifier, and not the other one. */
export function hasModifier(event: KeyboardEvent): boolean {
  return apple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
}
