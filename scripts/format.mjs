/** `npm run format`: formats, and applies the lint fixes that change no meaning. */
import { runPackaged } from './run.mjs';

runPackaged('biome', ['check', '--write', '.']);
