/** `npm run check`: the fast gate, without engines: format, lint, types, and the tests that start no engine. */

import { runPackaged } from './run.mjs';
import { setUp } from './set-up.mjs';

setUp();
// As in jest.config.cjs.
process.env.CDC_TABLES ??= '__tests__/support/tables';
const { bundle } = await import('./bundle.mjs');
await bundle();
runPackaged('biome', ['ci', '.']);
runPackaged('tsc', ['-p', '.']);
runPackaged('jest', ['--ci', '--testPathIgnorePatterns', '\\.engine\\.test\\.ts$', ...process.argv.slice(2)]);
