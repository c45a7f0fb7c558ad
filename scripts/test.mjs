/** `npm test`: everything. Arguments go to jest. */

import { runPackaged } from './run.mjs';
import { setUp, setUpBrowser } from './set-up.mjs';

setUp();
setUpBrowser();
// As in jest.config.cjs.
process.env.CDC_TABLES ??= '__tests__/support/tables';
const { bundle } = await import('./bundle.mjs');
await bundle();
runPackaged('biome', ['ci', '.']);
runPackaged('tsc', ['-p', '.']);
runPackaged('jest', ['--ci', ...process.argv.slice(2)]);
