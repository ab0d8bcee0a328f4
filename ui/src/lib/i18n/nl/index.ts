import type { Messages } from '../messages';
import { bookings } from './bookings';
import { clients } from './clients';
import { dossier } from './dossier';
import { imports } from './imports';
import { keys } from './keys';
import { kit } from './kit';
import { printing } from './printing';
import { retention } from './retention';
import { settings } from './settings';
import { shell } from './shell';
import { sync } from './sync';
import { welcome } from './welcome';
import { words } from './words';

const nl: Messages = {
  shell,
  welcome,
  clients,
  dossier,
  bookings,
  retention,
  sync,
  imports,
  printing,
  settings,
  words,
  keys,
  kit,
};

export default nl;
