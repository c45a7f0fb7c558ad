/** The arguments of `npm start`, `npm run sql`, `npm run reconcile` and `npm run resync`. */
import { parseArgs } from 'node:util';
import { HANDLER_NAMES } from '../../pipeline/handler-environment';
import { dynamodbTables } from '../../pipeline/tables';
import { isReadingStatement, ONLY_READS } from './reading-statement';

/** Something that the person typed; the command ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const DEFAULT_DATA_DIR = '.local';

export interface StartArguments {
  readonly once: boolean;
  readonly fresh: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly help: boolean;
  readonly dataDir: string;
  readonly everySeconds: number | undefined;
  /** Which MySQL-protocol server; without it what the environment says. */
  readonly server: 'mariadb' | 'mysql' | undefined;
}

export const START_HELP = `npm start -- [flags]      runs the synthesized deployment on this machine

  --once            one cycle: ingest, wait until both paths are drained, compare;
                    exit code 0 when every table is equal, 1 when not, 3 when
                    records are in the dead letters instead of the warehouse
  --fresh           forget all earlier state first; asks when that deletes rows
                    or items that no seed file has, and without a terminal moves
                    them to a folder beside
  --yes             delete them without a question
  --data-dir DIR    where all state and logs are kept (default ${DEFAULT_DATA_DIR})
  --server NAME     mariadb or mysql; MySQL may be installed, or fetched by scripts/fetch-mysql.mjs
  --every SECONDS   fire the schedules at this rate instead of the stack's
  --json            one JSON object as the last line; everything else goes to stderr
  --help            this text

npm run sql -- "select ..." [--json] [--data-dir DIR]     asks the warehouse, running or stopped
npm run reconcile -- [--json] [--data-dir DIR]            compares the sources with the warehouse
npm run backfill -- TABLE [--data-dir DIR]                scans a DynamoDB table into the warehouse
npm run forget -- TABLE KEY [--data-dir DIR]              removes every copy of an item that DynamoDB no longer has
npm run replay -- TABLE --from T --to T [--data-dir DIR]  loads files again that were loaded in that time
npm run dead_letters -- [HANDLER] [--data-dir DIR]        shows the dead letters of a function, or of all
npm run clear_dead_letters -- HANDLER [--data-dir DIR]    deletes those of a function permanently
npm run redrive_stream -- [--data-dir DIR]                stages the records of the dead letters again
npm run resync -- shop.orders [--data-dir DIR]            gives tables of MySQL a new copy, and leaves others alone
npm run change-table -- bank.txns [--rename OLD=NEW] [--yes]  brings a table of the warehouse to what the catalogue says`;

/** @throws UsageError */
export function parseStartArguments(args: readonly string[]): StartArguments {
  const { values, positionals } = parse(args, {
    once: { type: 'boolean' },
    fresh: { type: 'boolean' },
    yes: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
    'data-dir': { type: 'string' },
    every: { type: 'string' },
    server: { type: 'string' },
  });
  refusePositionals(positionals);
  return {
    once: values.once === true,
    fresh: values.fresh === true,
    yes: values.yes === true,
    json: values.json === true,
    help: values.help === true,
    dataDir: parseDataDir(values['data-dir']),
    server: parseServer(values.server),
    everySeconds: values.every === undefined ? undefined : parseSeconds(String(values.every)),
  };
}

export interface SqlArguments {
  readonly sql: string;
  readonly json: boolean;
  readonly help: boolean;
  readonly dataDir: string;
}

/** @throws UsageError */
export function parseSqlArguments(args: readonly string[]): SqlArguments {
  const { values, positionals } = parse(args, ASKING);
  const [sql = '', ...rest] = positionals;
  const help = values.help === true;
  if (!help && sql.trim() === '') {
    throw new UsageError('a statement is needed: npm run sql -- "select count(*) from bank.txns"');
  }
  if (!help && rest.length === 0 && !isReadingStatement(sql)) {
    throw new UsageError(ONLY_READS);
  }
  if (rest.length > 0) {
    throw new UsageError(`one statement is taken, got ${positionals.length}: put the statement in quotes`);
  }
  return { sql, help, json: values.json === true, dataDir: parseDataDir(values['data-dir']) };
}

export interface ResyncArguments {
  /** Source `database.table`. */
  readonly tables: readonly string[];
  readonly help: boolean;
  readonly dataDir: string;
}

export interface TableArguments {
  readonly table: string;
  readonly help: boolean;
  readonly dataDir: string;
}

/** Of `backfill`. @throws UsageError */
export function parseTableArguments(args: readonly string[]): TableArguments {
  const { values, positionals } = parse(args, ASKING);
  const [table = '', ...rest] = positionals;
  const help = values.help === true;
  const known = dynamodbTables().map(({ name }) => name);
  if (!help && (rest.length > 0 || !known.includes(table))) {
    throw new UsageError(
      `one table is taken, of ${known.join(', ')}; got: ${positionals.join(' ') || 'none'}`,
    );
  }
  return { table, help, dataDir: parseDataDir(values['data-dir']) };
}

export interface ReplayArguments extends TableArguments {
  readonly range: { readonly fromMs: number; readonly toMs: number };
}

/** @throws UsageError */
export function parseReplayArguments(args: readonly string[]): ReplayArguments {
  const options = { ...ASKING, from: { type: 'string' }, to: { type: 'string' } } as const;
  const { values } = parse(args, options);
  const isTime = (at: number): boolean => args[at - 1] === '--from' || args[at - 1] === '--to';
  const rest = args.filter((arg, at) => !/^--(from|to)(=|$)/.test(arg) && !isTime(at));
  const table = parseTableArguments(rest);
  if (table.help) return { ...table, range: { fromMs: 0, toMs: 0 } };
  const range = { fromMs: parseTime('--from', values.from), toMs: parseTime('--to', values.to) };
  if (range.fromMs < range.toMs) return { ...table, range };
  throw new UsageError('--from must be a time before --to');
}

export interface HandlerArguments {
  readonly handler: string | undefined;
  readonly clear: boolean;
  readonly help: boolean;
  readonly dataDir: string;
}

/** @throws UsageError */
export function parseResyncArguments(args: readonly string[]): ResyncArguments {
  const { values, positionals } = parse(args, {
    'data-dir': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  const help = values.help === true;
  const wrong = positionals.find((table) => !/^[^.]+\../.test(table));
  if (!help && (positionals.length === 0 || wrong !== undefined))
    throw new UsageError(
      `tables are needed as the source names them, with their database: npm run resync -- shop.orders; got: ${wrong ?? 'none'}`,
    );
  return { tables: positionals, help, dataDir: parseDataDir(values['data-dir']) };
}

export interface ChangeTableArguments {
  /** `schema.table` of the warehouse. */
  readonly table: string;
  /** Earlier names of columns to those of the catalogue. */
  readonly renamed: Readonly<Record<string, string>>;
  readonly yes: boolean;
  readonly help: boolean;
  readonly dataDir: string;
}

/** @throws UsageError */
export function parseChangeTableArguments(args: readonly string[]): ChangeTableArguments {
  const { values, positionals } = parse(args, {
    'data-dir': { type: 'string' },
    help: { type: 'boolean', short: 'h' },
    rename: { type: 'string', multiple: true },
    yes: { type: 'boolean' },
  });
  const help = values.help === true;
  const [table = ''] = positionals;
  if (!help && (positionals.length !== 1 || !/^[^.]+\../.test(table)))
    throw new UsageError(
      `one table is needed as the warehouse names it, with its schema: npm run change-table -- bank.txns; got: ${positionals.join(' ') || 'none'}`,
    );
  const given = Array.isArray(values.rename) ? values.rename : [];
  const pairs = given.map((text: unknown) => String(text).split('='));
  const wrong = pairs.find((pair) => pair.length !== 2 || pair.includes(''));
  if (wrong !== undefined) throw new UsageError(`--rename takes OLD=NEW, got: ${wrong.join('=')}`);
  const renamed = Object.fromEntries(pairs as [string, string][]);
  return { table, renamed, yes: values.yes === true, help, dataDir: parseDataDir(values['data-dir']) };
}

/** Of `dead_letters` and `clear_dead_letters`. @throws UsageError */
export function parseDeadLetterArguments(args: readonly string[]): HandlerArguments {
  const { values, positionals } = parse(args, { ...ASKING, clear: { type: 'boolean' } });
  const [handler, ...rest] = positionals;
  const clear = values.clear === true;
  const known: readonly string[] = HANDLER_NAMES;
  if (rest.length > 0) throw new UsageError(`one handler is taken, got: ${positionals.join(' ')}`);
  if (handler !== undefined && !known.includes(handler)) {
    throw new UsageError(`the handlers are ${known.join(', ')}, got: ${handler}`);
  }
  if (clear && handler === undefined && values.help !== true) {
    throw new UsageError('a handler is needed: npm run clear_dead_letters -- stage-stream-records');
  }
  return { handler, clear, help: values.help === true, dataDir: parseDataDir(values['data-dir']) };
}

export interface ReconcileArguments {
  readonly json: boolean;
  readonly help: boolean;
  readonly dataDir: string;
}

/** @throws UsageError */
export function parseReconcileArguments(args: readonly string[]): ReconcileArguments {
  const { values, positionals } = parse(args, ASKING);
  refusePositionals(positionals);
  return {
    help: values.help === true,
    json: values.json === true,
    dataDir: parseDataDir(values['data-dir']),
  };
}

/** Flags of the commands that ask a pipeline. */
const ASKING = {
  json: { type: 'boolean' },
  'data-dir': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Options = Readonly<
  Record<
    string,
    { readonly type: 'boolean' | 'string'; readonly short?: string; readonly multiple?: boolean }
  >
>;

function parse(
  args: readonly string[],
  options: Options,
): { readonly values: Readonly<Record<string, unknown>>; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [message] = (error as Error).message.split('. ');
    throw new UsageError(
      `${message}. Known flags: ${Object.keys(options)
        .map((name) => `--${name}`)
        .join(', ')}`,
    );
  }
}

function refusePositionals(positionals: readonly string[]): void {
  if (positionals.length > 0) {
    throw new UsageError(`only flags are taken, got: ${positionals.join(' ')}`);
  }
}

function parseDataDir(value: unknown): string {
  if (value === undefined) return DEFAULT_DATA_DIR;
  if (typeof value !== 'string' || value === '') throw new UsageError('--data-dir must name a folder');
  return value;
}

/** In UTC unless it says otherwise: a day, or a time to the minute or better. */
function parseTime(flag: string, value: unknown): number {
  const [, day, time = 'T00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)?(Z|[+-]\d\d:\d\d)?$/.exec(String(value)) ?? [];
  const atMs = Date.parse(`${day}${time}${zone}`);
  if (!Number.isNaN(atMs)) return atMs;
  throw new UsageError(
    `${flag} must be a time like 2026-01-31 or 2026-01-31T12:00:00Z, got: ${String(value ?? 'none')}`,
  );
}

function parseServer(value: unknown): StartArguments['server'] {
  if (value === undefined || value === 'mariadb' || value === 'mysql') return value;
  throw new UsageError(`--server must be mariadb or mysql, got: ${String(value)}`);
}

const MAX_SECONDS = 86_400;

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  throw new UsageError(
    `--every must be a number of seconds above 0 and at most ${MAX_SECONDS}, got: ${text}`,
  );
}
