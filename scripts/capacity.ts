/** `npm run capacity`: what a rate of changes needs of each part of the stacks of one environment, and what to turn up. */
import { buildCapacityReport, capacityLines } from '../deployment/capacity/report';
import type { Given } from '../local/commands/given';
import {
  chosenEnvironment,
  type SynthesizedEnvironment,
  synthesizeEnvironments,
} from './synthesize-environments';

interface CapacityFlags {
  readonly env?: string;
  readonly changes: number;
  readonly bytes: number;
  readonly storedGb: number;
  readonly json: boolean;
}

export function command({ flags }: Given<CapacityFlags>): number {
  const name = flags.env ?? chosenEnvironment();
  const [{ deployment }] = synthesizeEnvironments([name]) as [SynthesizedEnvironment];
  const load = { changesPerSecond: flags.changes, bytes: flags.bytes, storedGb: flags.storedGb };
  const lines = capacityLines(deployment, load);
  if (flags.json) {
    for (const line of lines) console.log(JSON.stringify(line));
    return 0;
  }
  console.log(
    `${flags.changes.toLocaleString('en-US')} changes a second of ${flags.bytes.toLocaleString('en-US')} bytes in each source, ${flags.storedGb.toLocaleString('en-US')} GB stored in each, with the settings of ${name}\n`,
  );
  console.log(buildCapacityReport(lines));
  return 0;
}
