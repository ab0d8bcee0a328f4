import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    // Runes everywhere in our own code; libraries choose for themselves.
    runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true),
  },
};
