import { kit } from './kit';
import { pages } from './pages';
import { settings } from './settings';
import { shell } from './shell';

const en = { shell, pages, settings, kit };

export default en;
