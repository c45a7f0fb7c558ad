/** The arguments of `npm run soak`. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export interface SoakOptions {
  readonly minutes: number;
  /** Faults and changes follow from it, as far as timing lets them. */
  readonly seed: number;
  /** Changes a second into each source. */
  readonly rate: number;
  /** How often the schedules fire. */
  readonly everySeconds: number;
  readonly dataDir: string;
  /** Gets `report.txt` and `chart.svg`. */
  readonly reportDir: string;
}

export const SOAK_HELP = `npm run soak -- [--minutes 60] [--seed 1] [--rate 200] [--every 60] [--data-dir DIR] [--report DIR]

Runs the pipeline while writers change both sources and faults hit its parts at random: processes are killed, stopped for
some seconds, and the whole is restarted. Samples memory, handles, lag, files and logs, and at the end compares every row
that the writers wrote with the warehouse, by a comparison of its own. Exit code 0 only if nothing was lost or doubled.

  npm run soak -- --minutes 5
  npm run soak -- --minutes 60 --seed 7 --report soak-report`;

/** @returns undefined for `--help` @throws Error that names the argument, what it got and what it takes */
export function parseSoakOptions(args: readonly string[]): SoakOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      rate: { type: 'string', default: '200' },
      every: { type: 'string', default: '60' },
      'data-dir': { type: 'string', default: join('.local', 'soak', 'state') },
      report: { type: 'string', default: join('.local', 'soak') },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    minutes: positive('minutes', values.minutes),
    seed: Math.trunc(positive('seed', values.seed)),
    rate: positive('rate', values.rate),
    everySeconds: positive('every', values.every),
    dataDir: values['data-dir'],
    reportDir: values.report,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} takes a number greater than 0, got ${text}`);
}
