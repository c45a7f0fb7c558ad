/**
 * `npm run permissions`: runs one cycle in a folder of its own, with a broken row, a broken item and a broken staged
 * file in it, and prints for each role every action that its policies grant: how often it was used, or why a laptop
 * cannot use it. A call that is not granted fails the cycle; a grant that nothing uses is a gap.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { listenForStop } from '../runtime/stop-signals';
import { makeRunFolder } from '../state/run-folder';
import { exerciseDeployment } from './exercise-permissions';
import { buildGrantReport } from './grant-report';

export async function command(): Promise<number> {
  const dataDir = makeRunFolder();
  try {
    const deploymentFolder = process.env.CDKTF_OUTDIR ?? join(__dirname, '..', '..', 'cdktf.out');
    const signals = listenForStop(console.error);
    const grants = await exerciseDeployment({ deploymentFolder, dataDir, print: console.error, signals });
    const report = buildGrantReport(grants);
    console.log(report.text);
    return report.gaps === 0 ? 0 : 1;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
