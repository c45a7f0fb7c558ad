/** Synthesizes the four stacks to `cdktf.out`; makes the bundles first when a handler changed. */
import { bundle } from './bundle.mjs';
import { run } from './run.mjs';

await bundle();
run(process.execPath, ['--import', 'tsx', 'main.ts']);
