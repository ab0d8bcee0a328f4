// Sets the theme before the first paint, so that a dark desk never flashes white. What the user chose comes from the
// desk a moment later; nothing is stored here. It is a classic script, because a classic script waits for the
// stylesheets and holds the modules back until they are there (see css-first in vite.config.ts).
document.documentElement.dataset.theme = matchMedia('(prefers-color-scheme: dark)').matches
  ? 'dark'
  : 'light';
