/** Runs a COPY: manifest, files, objects, values, rows. All files or nothing. */
import { isUtf8 } from 'node:buffer';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { type StatementResult, WarehouseError } from '../../../runtime/ports/warehouse';
import type { CommandSession, LoadErrorRow } from '../commands/command';
import type { CopyOptions } from '../commands/copy-options';
import { displayName } from '../sql/names';
import { typeText } from '../sql/syntax/column-type';
import { BulkWrite } from '../storage/bulk-write';
import type { TableColumn } from '../storage/catalog';
import { invalidCharacters } from './convert-value';
import { readObjects } from './json-objects';
import { type CopyFile, type FetchAsRole, readFiles, readManifest } from './manifest';
import { type BuildRow, rowBuilder } from './match-columns';
import { type FileLines, PartCopy } from './part-copy';
import { ValueError } from './value-error';

export async function runCopy(session: CommandSession, options: CopyOptions): Promise<StatementResult> {
  const known = await session.columnsOf(options.table);
  const columns = targetColumns(known, options);
  const fetchObject: FetchAsRole = (bucket, key) => session.fetchObject(bucket, key, options.role);
  const entries = await readManifest(fetchObject, options.source);
  const buildRow = await rowBuilder(fetchObject, options, columns);
  const openBulk = () =>
    BulkWrite.open(session.connection, {
      database: session.database,
      table: options.table,
      known,
      columns,
    });
  const work: CopyWork = { options, buildRow, openBulk, errors: [], session };
  const parts = PartCopy.of(session, options, columns);
  let rows = 0;
  try {
    for await (const file of readFiles(fetchObject, entries, options.gzip)) {
      const whole = { file, from: 0, to: file.bytes.length, line: 1 };
      const isTaken = parts !== undefined && isUtf8(file.bytes);
      const left = isTaken ? await parts.add(file) : [...((await parts?.settle()) ?? []), whole];
      for (const lines of left) rows += await loadLines(lines, work);
    }
    for (const lines of (await parts?.flush()) ?? []) rows += await loadLines(lines, work);
  } catch (error) {
    // The transaction is rolled back by the connection that may still write a part.
    await parts?.settle().catch(() => undefined);
    work.bulk?.abandon();
    throw error;
  }
  if (work.errors.length > 0) await session.recordLoadErrors(work.errors);
  await work.bulk?.finish();
  session.counters.lastCopyRows = rows + (parts?.rowCount ?? 0);
  return { columns: [], rows: [], rowCount: session.counters.lastCopyRows };
}

function targetColumns(known: readonly TableColumn[], options: CopyOptions): TableColumn[] {
  const names =
    options.columns ??
    known.filter((column) => !column.numbered || options.explicitIds).map(({ name }) => name);
  return names.map((name) => {
    const column = known.find((one) => one.name === name);
    if (column === undefined) {
      throw new WarehouseError(`column "${name}" of relation "${displayName(options.table)}" does not exist`);
    }
    return column;
  });
}

/** Rows that are taken before the other work of the process gets its turn. */
const ROWS_A_TURN = 8192;

interface CopyWork {
  readonly options: CopyOptions;
  readonly buildRow: BuildRow;
  /** Opened for the first row that is read by itself. */
  bulk?: BulkWrite;
  readonly openBulk: () => Promise<BulkWrite>;
  readonly errors: LoadErrorRow[];
  readonly session: CommandSession;
}

/** Row by row. */
async function loadLines(lines: FileLines, work: CopyWork): Promise<number> {
  const { file } = lines;
  work.bulk ??= await work.openBulk();
  let rows = 0;
  let seen = 0;
  for (const object of readObjects(await decode(lines, work), lines.line)) {
    seen += 1;
    if (seen % ROWS_A_TURN === 0) await othersTurn();
    if ('reason' in object) {
      await addError(work, {
        file,
        line: object.line,
        raw: object.raw,
        error: new ValueError(1224, object.reason, ''),
      });
      continue;
    }
    const row: (string | null)[] = [];
    const failed = work.buildRow(object.value, row);
    if (failed === undefined) {
      rows += 1;
      work.bulk.add(row);
      continue;
    }
    await addError(work, {
      file,
      line: object.line,
      raw: object.raw,
      error: failed.error,
      column: failed.column,
    });
  }
  return rows;
}

/** Invalid UTF-8 fails the load, or each bad byte is replaced (ACCEPTINVCHARS). */
async function decode({ file, from, to }: FileLines, work: CopyWork): Promise<string> {
  const bytes = file.bytes.subarray(from, to);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const { replacement } = work.options;
  if (replacement !== undefined) return bytes.toString('utf8').replaceAll('\ufffd', replacement);
  const error = invalidCharacters();
  await addError({ ...work, options: { ...work.options, maxErrors: 0 } }, { file, line: 1, raw: '', error });
  return '';
}

interface Failure {
  readonly file: CopyFile;
  readonly line: number;
  readonly raw: string;
  readonly error: ValueError;
  readonly column?: TableColumn;
}

/** @throws WarehouseError when there are now as many errors as MAXERROR says, or any without it. */
async function addError(work: CopyWork, { file, line, raw, error, column }: Failure): Promise<void> {
  const { table, maxErrors } = work.options;
  work.errors.push({
    queryId: work.session.counters.queryId,
    tableName: table.table,
    fileName: file.url,
    lineNumber: line,
    columnName: column?.name ?? '',
    columnType: column === undefined ? '' : (typeText(column.type).split('(')[0] ?? ''),
    columnLength: String(column?.type.length ?? ''),
    position: 0,
    rawLine: raw.slice(0, 1024),
    rawValue: error.value.slice(0, 1024),
    errorCode: error.code,
    errorMessage: error.message,
  });
  if (work.errors.length < Math.max(1, maxErrors)) return;
  await work.session.recordLoadErrors(work.errors);
  throw new WarehouseError(
    `Load into table '${table.table}' failed.  Check 'sys_load_error_detail' system table for details.`,
  );
}
