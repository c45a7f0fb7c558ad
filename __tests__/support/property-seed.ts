/** Before each test file: a property takes the same examples in each `npm test`, and others in `npm run prove -- properties`. */
import fc from 'fast-check';
import { propertySeed } from './proof';

fc.configureGlobal({ seed: propertySeed });
