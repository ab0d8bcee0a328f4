import type { Snippet } from 'svelte';

/** The buttons that the page on screen puts in the title bar. Pages use the component PageActions. */
export const pageActions = $state<{ snippet: Snippet | null }>({ snippet: null });

/** The name of the record on screen, behind the title of its page; null where a page stands by itself. */
export const pageRecord = $state<{ name: string | null }>({ name: null });
