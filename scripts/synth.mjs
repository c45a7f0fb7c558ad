/** Synthesizes the four stacks to `cdktf.out`; bundles handlers first if one changed. */
import { bundle } from './bundle.mjs';
import { run } from './run.mjs';

await bundle();
run(process.execPath, ['--import', 'tsx', 'main.ts']);
