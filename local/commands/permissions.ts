/**
 * `npm run permissions`: runs one cycle in a folder of its own, with a broken row, a broken item and a broken staged
 * file in it, and prints for each role every action that its policies grant: how often it was used, or why a laptop
 * cannot use it. A call that is not granted fails the cycle; a grant that nothing uses is a gap.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exerciseDeployment } from './exercise-permissions';
import { buildGrantReport } from './grant-report';
import { runCommand } from './run-command';

async function main(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cdc-permissions-'));
  try {
    const deploymentFolder = process.env.CDKTF_OUTDIR ?? join(__dirname, '..', '..', 'cdktf.out');
    const grants = await exerciseDeployment({ deploymentFolder, dataDir, print: console.error });
    const report = buildGrantReport(grants);
    console.log(report.text);
    return report.gaps === 0 ? 0 : 1;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

runCommand(() => main());
