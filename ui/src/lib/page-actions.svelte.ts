import type { Snippet } from 'svelte';

/** The buttons that the page on screen puts in the title bar. Pages use the component PageActions. */
export const pageActions = $state<{ snippet: Snippet | null }>({ snippet: null });
