import { join } from 'node:path';
import { type CapacityLine, isEnough, type Load } from '../../deployment/capacity/capacity-line';
import { capacityLines, quantity } from '../../deployment/capacity/report';
import { synthesize } from '../stacks/synthesized';
import { expectGolden } from '../support/golden';
import { projectFolder } from './pages';

const prod = synthesize({ environment: 'prod' }).deployment;
const RATES = [1_000, 100_000, 10_000_000];
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const at = (changesPerSecond: number): CapacityLine[] => {
  const load: Load = { changesPerSecond, bytes: 1_000, storedGb: changesPerSecond };
  return capacityLines(prod, load);
};

const INTRODUCTION = `# Scaling

What a rate of changes needs of each part, beside what the settings of \`prod\` give it. \`npm run capacity -- --changes 5000 --bytes 300 --stored-gb 400\` does
the same arithmetic for a load of yours, and says what to turn up. Here rows and items have 1,000 bytes, changes come at the same rate all day in each source,
and each source stores as many GB as it has changes a second. **Bold** is more than is given; more partitions give more runs.

Written by \`UPDATE_GOLDEN=1 npx jest __tests__/docs/scaling.test.ts\`, and held by that test.
`;

const ADVICE = `
## In this order

1. **Up to about 1,000 changes a second** the settings as they are do, but for the read units of a proof where the tables are large, and the memory of the task.
   Watch freshness and the latency of the task: both have alarms.
2. **Beyond it, larger batches first.** A stream batch of 1,000 to 5,000 records and a window of 30 s make fewer and larger files, which COPY likes; a load every
   five minutes then costs the warehouse a few statements. \`parallelizationFactor\` lets a shard have up to ten runs; order within a key is kept.
3. **Then the task.** DMS applies to Redshift in batches of seconds to minutes; its guide's own example for a large rate waits 30 minutes for 8,000 MB. When its
   latency grows although its processor is idle, the target is the limit: split the tables over several deployments (another \`project\`), each with a task and a warehouse.
4. **At ten million changes a second** one deployment is the wrong shape: it is ten thousand partitions, 1,500 runs of one function at once, and 20 GB of binlog a
   second, which no single MySQL server writes. Such a load is many servers already: one deployment for each, with a warehouse that shares its data, and for the DynamoDB side
   Kinesis Data Streams with Redshift's streaming ingestion, which this project does not build.

## One slow table beside others

All MySQL tables of a deployment go through one replication task, in the order of the binlog, and a batch is committed whole. So a table that is slow to apply
delays those that share its batch, and a table without a key is slow. DMS applies its changes to Redshift statement by statement (AWS DMS user guide, "Using an
Amazon Redshift database as a target"), each a scan of the table; a batch in which one row fails is applied one by one as well. The laptop finds rows without a key
by all their columns, once for each batch. Measured there on a busy machine (load 7): the lag of a small table with a key that gets 60 rows per second, while a table
of 200,000 rows of 260 bytes without a key gets three updates, 1.5 s apart.

| Rows that each of the three updates changes | Lag of the other table, p50 | p99 |
| ---: | ---: | ---: |
| none | 0.6 s | 1.1 s |
| 2,000 | 0.7 s | 1.4 s |
| 20,000 | 1.0 s | 2.9 s |
| 100,000, half of the table | 14.9 s | 18.6 s |

So thousands of rows at once do no harm, and a rewrite of the table is felt by all until it is applied. What to do, in this order:

1. **Give the table a key.** A unique index over columns that are NOT NULL is enough; then it is one of many.
2. **Change it in smaller transactions**, with pauses: other changes are committed between them.
3. **Give it a deployment of its own.** The stacks make one task per deployment, and no setting makes a second one. Another \`project\`, with only that table in
   its catalogue, has a task, an instance and alarms of its own, and reads the same server. It also needs a warehouse of its own ([why](deploy.md#a-warehouse-that-exists)), which Redshift's data sharing makes readable from the first.

The laptop does as DMS does. A checkpoint for each table would let fast tables go ahead, at the price that rows of one source transaction would become visible at
different times, and that each table would have to be resumed at a place of its own.

What AWS publishes no figure for is marked *measure*: the rate of a merge depends on keys, sort order and what else the warehouse does. On the laptop, where an engine of
two cores stands for the warehouse, [benchmarks](benchmarks.md) has the rates.
`;

function buildPage(): string {
  const cases = RATES.map(at);
  const first = cases[0] ?? [];
  const cell = (line: CapacityLine): string => {
    const text = quantity(line.needed);
    return isEnough(line) === false ? `**${text}**` : text;
  };
  const given = (lines: readonly CapacityLine[]): string =>
    [...new Set(lines.map((line) => (line.given === undefined ? '*measure*' : quantity(line.given))))].join(
      ', ',
    );
  return [
    INTRODUCTION,
    row(['Part', 'What', ...RATES.map((rate) => `${quantity(rate)}/s`), 'Given', 'Unit', 'Turn up']),
    row(['---', '---', ...RATES.map(() => '---:'), '---:', '---', '---']),
    ...first.map((line, index) =>
      row([
        line.part,
        line.subject,
        ...cases.map((lines) => cell(lines[index]!)),
        given(cases.map((lines) => lines[index]!)),
        line.unit,
        line.turnUp,
      ]),
    ),
    '',
    '## How it is counted',
    '',
    ...first.map(({ part, subject, basis }) => `- ${part}, ${subject}: ${basis}.`),
    ADVICE,
  ].join('\n');
}

it('the page of scaling is the arithmetic on the synthesized stacks', () => {
  expectGolden(join(projectFolder, 'docs', 'scaling.md'), buildPage());
});
