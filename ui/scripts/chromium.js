/**
 * How the tests and the scripts start a browser: Debian's Chromium, without a window, and without the calls home
 * that a fresh profile makes.
 */
export const chromium = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};
