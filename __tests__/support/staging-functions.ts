/** The stage function as a bundle of its own for each state of the catalogue, in a process that stays warm. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBRecord } from 'aws-lambda';
import { zipSync } from 'fflate';
import { type LocalFunction, startFunction } from '../../local/services/lambda/function-host';
import { CATALOGUE_FILES } from '../../pipeline/catalogue-files';
import type { DynamodbTable } from '../../pipeline/tables';
import { varcharBytes } from '../../pipeline/values/column-type';
import { writeBundle } from './run-handler';
import { TABLE_PREFIX } from './stream-records';
import { BUCKET, type WarehouseBed } from './warehouse-bed';

interface Entry {
  readonly columns: readonly { readonly name: string; readonly redshift: string }[];
}

export class StagingFunctions {
  private readonly folder = mkdtempSync(join(tmpdir(), 'cdc-staging-'));
  private readonly functions = new Map<string, Promise<LocalFunction>>();

  constructor(private readonly warehouse: WarehouseBed) {}

  /** Invokes the function that has this table in its catalogue. */
  async stage(table: DynamodbTable, records: readonly DynamoDBRecord[]): Promise<void> {
    const entry = JSON.stringify(entryOf(table));
    const called = this.functions.get(entry) ?? this.start(table.name, entry);
    this.functions.set(entry, called);
    const { payload, error } = await (await called).invoke({ Records: records });
    expect({ payload, error }).toEqual({ payload: { batchItemFailures: [] }, error: undefined });
  }

  async stop(): Promise<void> {
    for (const called of this.functions.values()) await (await called).stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async start(name: string, entry: string): Promise<LocalFunction> {
    const path = join(this.folder, String(this.functions.size));
    await writeBundle('stage-stream-records', `${path}.js`, {
      ...CATALOGUE_FILES,
      [name]: JSON.parse(entry),
    });
    writeFileSync(`${path}.zip`, zipSync({ 'index.js': readFileSync(`${path}.js`) }, { level: 0 }));
    const {
      AWS_REGION: region = '',
      AWS_ACCESS_KEY_ID: accessKeyId = '',
      AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
      ...endpoints
    } = this.warehouse.environment;
    return startFunction({
      name: 'cdc-dev-stage-stream-records',
      zipFile: `${path}.zip`,
      handler: 'index.handler',
      memoryMb: 512,
      timeoutSeconds: 60,
      environment: {
        ...endpoints,
        DATA_BUCKET: BUCKET,
        TABLE_PREFIX,
        DEAD_LETTER_QUEUE_URL: 'https://sqs.invalid/no-letters',
        POWERTOOLS_METRICS_NAMESPACE: 'cdc',
      },
      credentials: { accessKeyId, secretAccessKey },
      region,
      folder: path,
    });
  }
}

/** The entry of the tests' own catalogue with the columns that the table has now. */
function entryOf(table: DynamodbTable): unknown {
  const { columns, ...entry } = CATALOGUE_FILES[table.name] as Entry;
  return {
    ...entry,
    ...(table.keepsExpired === true ? { onExpiry: 'keep' } : {}),
    columns: columns.flatMap((column) => {
      const own = table.columns.find(({ name }) => name === column.name);
      if (own === undefined) return [];
      return own.type.kind === 'text'
        ? { ...column, redshift: `varchar(${varcharBytes(own.type)})` }
        : column;
    }),
  };
}
