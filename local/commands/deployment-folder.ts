/** Where the stacks are that this process works with. */
import { join } from 'node:path';

/** Where synthesis puts them; the variable is cdktf's own. */
export const deploymentFolder = (): string =>
  process.env.CDKTF_OUTDIR ?? join(__dirname, '..', '..', 'cdktf.out');
