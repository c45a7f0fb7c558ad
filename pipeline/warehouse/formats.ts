/**
 * Format numbers of the tables that outlive a version of the pipeline: the load ledger and the tombstones. A table
 * whose meaning changes would otherwise be misread by the next version, silently.
 *
 * A format is a number from 1; each step brings a table from one format to the next, so that the current format is
 * the number of steps. Format 0 is what versions without numbers left behind.
 *
 * To change such a table: alter its definition, add a step with the statements that bring existing rows along, and
 * keep the DDL of the version before as the starting point of the step's test.
 */
import { PipelineError } from '../errors';
import { dynamodbTables, type ReplicatedTable } from '../tables';
import { type DataApi, MAX_BATCH_STATEMENTS } from './data-api';
import { quoteLiteral, quoteTable } from './sql-text';
import { FORMATS, LEDGER, type TableDefinition, tombstonesDefinition } from './table-definitions';
import { buildWarehouseTable } from './warehouse-ddl';

/** Statements that bring the table to the next format, run in one transaction with the new number. */
type FormatStep = (definition: TableDefinition) => readonly string[];

interface NumberedTable {
  readonly definition: TableDefinition;
  readonly steps: readonly FormatStep[];
}

/** Nothing but the number was missing: columns and their meaning are those of format 1. */
const numberOnly: FormatStep = () => [];
const LEDGER_STEPS: readonly FormatStep[] = [numberOnly];
const TOMBSTONES_STEPS: readonly FormatStep[] = [numberOnly];

const tombstones = (tables: readonly ReplicatedTable[]): NumberedTable[] =>
  dynamodbTables(tables).map((table) => ({
    definition: tombstonesDefinition(table),
    steps: TOMBSTONES_STEPS,
  }));

const numberedTables = (tables: readonly ReplicatedTable[]): NumberedTable[] => [
  { definition: LEDGER, steps: LEDGER_STEPS },
  ...tombstones(tables),
];

const formats = quoteTable(FORMATS.schema, FORMATS.table);
const nameOf = ({ schema, table }: TableDefinition): string => `${schema}.${table}`;

/**
 * Makes or migrates every numbered table, in one transaction with its number, so that a run that stopped
 * anywhere is completed by the next one. Tables of the current format are left alone. The schemas and the table of
 * numbers must be there.
 * @throws PipelineError WAREHOUSE_NOT_READY (halt), before anything is changed, when a table has a format that this
 * version does not know.
 */
export async function settleFormats(dataApi: DataApi, tables: readonly ReplicatedTable[]): Promise<void> {
  const numbered = numberedTables(tables);
  const recorded = await readFormats(dataApi);
  const existing = await readExisting(dataApi);
  refuse(numbered.flatMap(({ definition, steps }) => newer(definition, recorded, steps.length)));
  const changes = numbered.flatMap(({ definition, steps }) => {
    const format = recorded.get(nameOf(definition)) ?? 0;
    if (format === steps.length) return [];
    const statements = existing.has(definition.table)
      ? steps.slice(format).flatMap((step) => step(definition))
      : [buildWarehouseTable(definition)];
    return [[...statements, ...buildRecord(definition, steps.length)]];
  });
  for (const batch of inBatches(changes)) await dataApi.executeBatch(batch, { name: 'prepare/formats' });
}

/** What belongs together stays in one transaction; several fit into one, which saves waiting for each. */
function inBatches(changes: readonly (readonly string[])[]): string[][] {
  const batches: string[][] = [];
  for (const change of changes) {
    const last = batches.at(-1);
    if (last !== undefined && last.length + change.length <= MAX_BATCH_STATEMENTS) last.push(...change);
    else batches.push([...change]);
  }
  return batches;
}

/** The format numbers that set-up has recorded, by `schema.table`. */
export type RecordedFormats = ReadonlyMap<string, number>;

/**
 * For who reads or writes the numbered tables of one replicated table, at each run.
 * @param recorded what `readFormats` gave.
 * @throws PipelineError WAREHOUSE_NOT_READY (halt) unless every one of them has just the format of this version.
 */
export function checkFormats(recorded: RecordedFormats, table: ReplicatedTable): void {
  refuse(
    numberedTables([table]).flatMap(({ definition, steps }) => [
      ...newer(definition, recorded, steps.length),
      ...older(definition, recorded, steps.length),
    ]),
  );
}

/** The numbers of the current formats, for tables that were just made. */
export const buildFormatRecords = (tables: readonly ReplicatedTable[]): string[] =>
  numberedTables(tables).flatMap(({ definition, steps }) => buildRecord(definition, steps.length));

/** Redshift enforces no key, so a number is replaced, not updated. */
function buildRecord(definition: TableDefinition, format: number): string[] {
  const name = quoteLiteral(nameOf(definition));
  return [
    `DELETE FROM ${formats}\nWHERE "table_name" = ${name}`,
    `INSERT INTO ${formats} ("table_name", "format", "recorded_at")\nSELECT ${name}, ${format}, GETDATE()`,
  ];
}

/** One query for all tables. @throws what the Data API client throws. */
export async function readFormats(dataApi: DataApi): Promise<RecordedFormats> {
  const rows = await dataApi.readRows(
    `SELECT "table_name", CAST(MAX("format") AS VARCHAR) AS format\nFROM ${formats}\nGROUP BY "table_name"`,
  );
  return new Map(rows.map((row) => [row.table_name ?? '', Number(row.format)]));
}

async function readExisting(dataApi: DataApi): Promise<ReadonlySet<string>> {
  const rows = await dataApi.readRows(
    `SELECT DISTINCT table_name\nFROM svv_columns\nWHERE table_schema = ${quoteLiteral(FORMATS.schema)}`,
  );
  return new Set(rows.map((row) => row.table_name ?? ''));
}

function newer(definition: TableDefinition, recorded: ReadonlyMap<string, number>, known: number): string[] {
  const format = recorded.get(nameOf(definition)) ?? 0;
  if (format <= known) return [];
  return [
    `${nameOf(definition)} has format ${format}, and this version knows formats up to ${known}. Usual cause: an ` +
      'older version was deployed over a newer one. Deploy the newer version again; nothing was changed',
  ];
}

function older(definition: TableDefinition, recorded: ReadonlyMap<string, number>, known: number): string[] {
  const format = recorded.get(nameOf(definition));
  if (format !== undefined && format >= known) return [];
  return [
    `${nameOf(definition)} has ${format === undefined ? 'no format number' : `format ${format}`}, expected ${known}. ` +
      'Usual cause: set-up has not run since this version was deployed. Invoke prepare-warehouse',
  ];
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new PipelineError({
    code: 'WAREHOUSE_NOT_READY',
    disposition: 'halt',
    message: problems.join('; '),
    context: { tableCount: problems.length },
  });
}
