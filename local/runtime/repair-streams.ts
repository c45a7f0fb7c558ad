/** Backfills of tables whose streams may have lost records: at the start of a run, and when its clock jumps a day. */
import { type DynamodbTable, dynamodbTables } from '../../pipeline/tables';
import { backfillTable } from './backfill';
import type { RuntimeEvent } from './events';
import { STREAM_MAPPINGS } from './ports/stream-mapping';
import { TABLE_STREAMS } from './ports/table-stream';
import type { Registry } from './registry';

export class StreamRepairs {
  private last: Promise<void> = Promise.resolve();

  /** `tell` of the run; a repair that fails ends it. */
  constructor(
    private readonly registry: Registry,
    private readonly tell: (event: RuntimeEvent) => void,
  ) {}

  /** One after the other. A run that is stopped in between repairs at its next start: the mapping remembers. */
  repair(): Promise<void> {
    this.last = this.last.then(() => repairStreams(this.registry));
    return this.last;
  }

  /** Of a running pipeline, which does not wait. */
  readonly see = (event: RuntimeEvent): void => {
    if (event.type !== 'mapping' || event.event.type !== 'lost') return;
    const { functionName } = event;
    this.repair().catch((error: unknown) =>
      this.tell({ type: 'mapping', functionName, event: { type: 'failed', error } }),
    );
  };
}

async function repairStreams(registry: Registry): Promise<void> {
  for (const [name, mapping] of registry.of(STREAM_MAPPINGS)) {
    const reason = mapping.whyLost();
    if (reason === undefined) continue;
    const table = existingTable(registry, name) ?? tableOf(name);
    if (table === undefined) throw new Error(`${reason}; and no table of the catalogue has this stream`);
    const lossCount = mapping.lossCount();
    await backfillTable(registry, { table: table.name, reason });
    mapping.markRepaired(lossCount);
  }
}

/** A mapping is called by the ARN of its stream and the function's name. */
function existingTable(registry: Registry, mappingName: string): DynamodbTable | undefined {
  return registry.of(TABLE_STREAMS).get(mappingName.split(' ')[0] ?? '')?.existing;
}

/** By the end of the table's name, which the deployment prefixes. */
function tableOf(mappingName: string): DynamodbTable | undefined {
  const tableName = /:table\/([^/]+)\/stream\//.exec(mappingName)?.[1] ?? '';
  return dynamodbTables()
    .filter(({ name }) => tableName.endsWith(`-${name}`))
    .sort((one, other) => other.name.length - one.name.length)[0];
}
