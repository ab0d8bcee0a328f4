// Sets the theme before the first paint, so that a dark desk never flashes white. The window puts what the user chose
// into the address; without a choice it is that of the system. Nothing is stored here. It is a classic script, because
// a classic script waits for the stylesheets and holds the modules back until they are there (see css-first in
// vite.config.ts).
{
  const chosen = new URLSearchParams(location.search).get('theme');
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = chosen === 'dark' || chosen === 'light' ? chosen : system;
}
