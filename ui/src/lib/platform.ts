/**
 * How this system names the key that goes with a letter. Besides the
 * clipboard the only question we ask the browser about the machine.
 */
const apple = /Mac|iPhone|iPad/.test(navigator.platform);

/** The modifier of shortcuts as people know it here: Ctrl, or ⌘ on a Mac. */
export const modifierName = apple ? '⌘' : 'Ctrl';

/** Whether an event carries that modifier, and not the other one. */
export function hasModifier(event: KeyboardEvent): boolean {
  return apple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
}

/**
 * Puts the text of a field on the clipboard. Where the web view keeps the clipboard to itself the field is selected
 * and copied as by hand. Resolves with whether either worked.
 */
export async function copyField(field: HTMLTextAreaElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    return document.execCommand('copy');
  }
}
