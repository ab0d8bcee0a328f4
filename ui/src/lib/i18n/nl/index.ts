import type { Messages } from '../messages';
import { kit } from './kit';
import { pages } from './pages';
import { settings } from './settings';
import { shell } from './shell';

const nl: Messages = { shell, pages, settings, kit };

export default nl;
