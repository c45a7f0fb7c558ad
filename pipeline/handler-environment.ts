/**
 * The environment of each handler: checked once at its start, and the type that its stack must supply.
 * A variable exists here or nowhere; there are no defaults that a stack could forget silently.
 */
import * as z from 'zod';
import { PipelineError } from './errors';
import { EXISTING_SERVERS, MYSQL_CHANGES } from './existing-mysql';
import type { TableNames } from './tables';

const name = z.string().min(1);
const arn = z.string().startsWith('arn:');
const port = z.coerce.number().int().min(1).max(65_535);
const count = z.coerce.number().int().positive();

/** PEM of the authority that signed MySQL's certificate, unless it is one that Lambda trusts (RDS). */
const mysqlAuthority = { MYSQL_CA: name.optional() };

/** What tables of DynamoDB are called: the prefix of those of this deployment, and the names of others as JSON. */
const dynamodbNames = { TABLE_PREFIX: name, TABLE_NAMES: jsonNames().optional() };

function jsonNames() {
  const message = 'must be a JSON object of names by names in the catalogue';
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      }
    })
    .pipe(z.record(z.string(), name, { error: message }));
}

/** The two variables together. */
export const tableNamesOf = (settings: {
  readonly TABLE_PREFIX: string;
  readonly TABLE_NAMES?: Readonly<Record<string, string>> | undefined;
}): TableNames => ({ prefix: settings.TABLE_PREFIX, existing: settings.TABLE_NAMES ?? {} });

/** Names separated by commas; an empty text is none. */
const namesOf = <Name extends string>(names: readonly Name[]) =>
  z
    .string()
    .transform((text) => text.split(',').filter((one) => one !== ''))
    .pipe(z.array(z.enum(names as readonly [Name, ...Name[]])));

/** Where a set-up records that it has run, and what it records. */
const setUp = { DATA_BUCKET: name, SET_UP_FINGERPRINT: name };
/** The warehouse is a cluster or a workgroup: exactly one of the two names. */
const warehouse = {
  CLUSTER_IDENTIFIER: name.optional(),
  WORKGROUP_NAME: name.optional(),
  DATABASE_NAME: name,
};
const ofWarehouse = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object({ ...warehouse, ...shape }).refine(namesOneWarehouse, {
    error: 'exactly one of CLUSTER_IDENTIFIER and WORKGROUP_NAME must be set',
    // Also when another variable is wrong: all problems are reported at once.
    when: () => true,
  });

function namesOneWarehouse(settings: object): boolean {
  const { CLUSTER_IDENTIFIER, WORKGROUP_NAME } = settings as Partial<Record<string, string>>;
  return (CLUSTER_IDENTIFIER === undefined) !== (WORKGROUP_NAME === undefined);
}

const HANDLER_SETTINGS = {
  'ingest-txns': z.object({ DATA_BUCKET: name, SEED_KEY: name, MYSQL_SECRET_ARN: arn, ...mysqlAuthority }),
  'ingest-trades': z.object({ DATA_BUCKET: name, SEED_KEY: name, ...dynamodbNames }),
  'prepare-mysql': z
    .object({
      MYSQL_HOST: name,
      MYSQL_PORT: port,
      MYSQL_ADMIN_SECRET_ARN: arn,
      /** Absent where this deployment writes no rows into a server of somebody else. */
      MYSQL_INGEST_SECRET_ARN: arn.optional(),
      MYSQL_RECONCILE_SECRET_ARN: arn,
      MYSQL_DMS_SECRET_ARN: arn,
      BINLOG_RETENTION_HOURS: count,
      /** Present for a server that somebody else runs, with what of it may be changed. */
      MYSQL_SERVER: z.enum(EXISTING_SERVERS).optional(),
      MYSQL_MAY_CHANGE: namesOf(MYSQL_CHANGES).optional(),
      /** Where the server is not to have the heartbeat. */
      MYSQL_HEARTBEAT: z.literal('none').optional(),
      /** Where requests of the API record themselves. */
      API_REQUESTS: z.literal('on').optional(),
      ...mysqlAuthority,
      ...setUp,
    })
    .refine(
      ({ MYSQL_SERVER, MYSQL_INGEST_SECRET_ARN }) => (MYSQL_SERVER ?? MYSQL_INGEST_SECRET_ARN) !== undefined,
      {
        error: 'MYSQL_INGEST_SECRET_ARN is not set',
        when: () => true,
      },
    ),
  'prepare-warehouse': ofWarehouse({
    WAREHOUSE_HOST: name,
    WAREHOUSE_PORT: port,
    WAREHOUSE_ADMIN_SECRET_ARN: arn,
    WAREHOUSE_DMS_SECRET_ARN: arn,
    /** Database users of the roles that come in by IAM: `IAMR:<role name>`. */
    LOADER_DB_USER: name,
    RECONCILER_DB_USER: name,
    FRESHNESS_DB_USER: name,
    FORGETTER_DB_USER: name,
    /** Where analysts get views of their own. */
    BI_VIEWS: z.literal('on').optional(),
    /** Where QuickSight reads these views: the secret of its user. */
    WAREHOUSE_BI_SECRET_ARN: arn.optional(),
    /** Where the API tells the state of the tables. */
    API_TABLES: z.literal('on').optional(),
    ...setUp,
  }),
  'start-replication-task': z.object({
    REPLICATION_TASK_ARN: arn,
    /** For how long the schedule leaves a stopped task alone: a deploy stops the task to change it. */
    RESUME_STOPPED_AFTER_SECONDS: count,
    DATA_BUCKET: name,
    /** What the two set-ups of this deployment record in the bucket after they have run. */
    PREPARE_MYSQL_FINGERPRINT: name,
    PREPARE_WAREHOUSE_FINGERPRINT: name,
  }),
  'stage-stream-records': z.object({ DATA_BUCKET: name, ...dynamodbNames, DEAD_LETTER_QUEUE_URL: z.url() }),
  'backfill-tables': z.object({ DATA_BUCKET: name, ...dynamodbNames, MAX_READ_UNITS_PER_SECOND: count }),
  'load-staged-batches': ofWarehouse({
    DATA_BUCKET: name,
    COPY_ROLE_ARN: arn,
    MAX_BATCH_FILES: count,
    MAX_BATCH_BYTES: count,
    TOMBSTONE_DAYS: count,
  }),
  'reconcile-tables': ofWarehouse({
    ...dynamodbNames,
    MYSQL_SECRET_ARN: arn,
    ...mysqlAuthority,
    /** What may be read of each DynamoDB table, in read units per second. */
    READ_UNITS_PER_SECOND: count,
    /** A sweep is spread over so long; 0 is as fast as the read units allow. */
    SPREAD_SECONDS: z.coerce.number().int().nonnegative(),
  }),
  'measure-freshness': ofWarehouse({ DATA_BUCKET: name }),
  'forget-item': ofWarehouse({ DATA_BUCKET: name, ...dynamodbNames }),
  'api-txns': z.object({ MYSQL_SECRET_ARN: arn, ...mysqlAuthority }),
  'api-general': z.object({
    ...dynamodbNames,
    /** Of the requests that were done. */
    REQUESTS_TABLE: name,
    /** The function that measures freshness. */
    MEASURE_FUNCTION: name,
    /** The functions that ingest, by the catalogue's name of their table; JSON. */
    INGEST_FUNCTIONS: jsonNames(),
  }),
} as const;

export type HandlerName = keyof typeof HANDLER_SETTINGS;

export const HANDLER_NAMES = Object.keys(HANDLER_SETTINGS) as HandlerName[];

/** Those of the API in front of the sources, where a deployment has one. */
export const API_HANDLERS = ['api-txns', 'api-general'] as const satisfies readonly HandlerName[];

/** The two that set up a database, at each deploy. */
export type SetUpHandler = Extract<HandlerName, `prepare-${string}`>;

/** The event of a function that a deploy invokes: a schedule may have to wait where a deploy must not. */
export const STARTED_BY_DEPLOY = { startedBy: 'deploy' } as const;

/**
 * The event of a schedule. EventBridge Scheduler fills in the time, the same one when it delivers an event again
 * (EventBridge Scheduler user guide, "Adding context attributes").
 */
export const SCHEDULE_INPUT = { scheduledAt: '<aws.scheduler.scheduled-time>' } as const;

/** What a handler gets after parsing. */
export type HandlerSettings<Name extends HandlerName> = z.output<(typeof HANDLER_SETTINGS)[Name]>;

/** The variable that names the warehouse. */
export type WarehouseVariable =
  | { readonly CLUSTER_IDENTIFIER: string; readonly WORKGROUP_NAME?: never }
  | { readonly WORKGROUP_NAME: string; readonly CLUSTER_IDENTIFIER?: never };

type Variable<Name extends HandlerName> = Exclude<keyof HandlerSettings<Name>, keyof WarehouseVariable>;

/** What the stack must supply: the same names, each as the text of an environment variable. */
export type HandlerEnvironment<Name extends HandlerName> = {
  readonly [Key in Variable<Name> as undefined extends HandlerSettings<Name>[Key] ? never : Key]: string;
} & {
  readonly [Key in Variable<Name> as undefined extends HandlerSettings<Name>[Key] ? Key : never]?: string;
} & (keyof WarehouseVariable extends keyof HandlerSettings<Name> ? WarehouseVariable : unknown);

/**
 * Parses the environment of one handler.
 * @throws PipelineError SETTINGS_INVALID (halt) that lists every missing or wrong variable at once.
 */
export function parseHandlerSettings<Name extends HandlerName>(
  handler: Name,
  environment: Readonly<Record<string, string | undefined>>,
): HandlerSettings<Name> {
  const parsed = HANDLER_SETTINGS[handler].safeParse(environment);
  if (parsed.success) return parsed.data as HandlerSettings<Name>;
  const problems = parsed.error.issues.map((issue) => {
    const variable = issue.path.join('.');
    if (variable === '') return issue.message;
    return environment[variable] === undefined ? `${variable} is not set` : `${variable}: ${issue.message}`;
  });
  throw new PipelineError({
    code: 'SETTINGS_INVALID',
    disposition: 'halt',
    message: `${handler} cannot start: ${problems.join('; ')}. The stack that declares the function sets these variables; deploy it again.`,
    context: { handler, problemCount: problems.length },
  });
}
