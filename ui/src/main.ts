import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { appearance } from './lib/appearance.svelte';
import { openDesk, type Desk } from './lib/desk';
import { DeskError } from './lib/desk-error';
import type { Start } from './lib/generated/Start';
import { placeOf } from './lib/hash';
import { i18n } from './lib/i18n/index.svelte';
import { Workplace } from './lib/workplace.svelte';
import { routeOf } from './routes';
import StartFailed from './shell/StartFailed.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no place for the interface.');

/** So long is waited at the most for what the window shows first, in ms; then it is drawn without. */
const patience = 300;

/**
 * Asks the desk how to look, and looks so: nothing is drawn in the wrong language or theme first. What the window shows
 * first is on its way meanwhile, because a list that is drawn twice is drawn late.
 */
async function begin(): Promise<{ desk: Desk; start: Start; begun: Workplace }> {
  const route = routeOf(placeOf(location.hash).page);
  // When the page does not come, that is said where it should stand.
  const page = route?.load().catch(() => {});
  // The letters of most names, and those of the others.
  const letters = document.fonts.load('13px Inter', 'aż').catch(() => {});
  // The window puts the language into the address.
  i18n.expect(new URLSearchParams(location.search).get('language'));
  const desk = await openDesk();
  const begun = new Workplace(desk);
  // All at once: the desk answers the second when it is open, and has no news to tell until the page listens.
  const opened = Promise.all([begun.begin(), route?.ahead?.(desk, begun)]);
  const start = await desk.start();
  if (start.softwareRendering) document.documentElement.dataset.rendering = 'software';
  await appearance.begin(desk, start);
  await Promise.race([
    Promise.all([page, letters, opened]),
    new Promise((resolve) => setTimeout(resolve, patience)),
  ]);
  return { desk, start, begun };
}

async function show(target: Element): Promise<void> {
  try {
    mount(App, { target, props: await begin() });
  } catch (thrown) {
    // Nobody has said which language; the sentence of the desk itself comes in the language of the system.
    await i18n.use('en');
    mount(StartFailed, { target, props: { error: DeskError.from(thrown) } });
  }
}

// Without an await of the module itself: parts that come later import from this file, and would wait for it.
void show(target);
