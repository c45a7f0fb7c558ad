/**
 * What `npm start -- --mysql …` does before synthesis: checks the server, reads its tables, and writes entries and
 * settings into the data folder. Nothing is written anywhere else, and nothing on the server.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { readCatalogueFiles } from '../../pipeline/catalogue-files';
import { withMysqlConnection } from '../../pipeline/mysql/mysql-connection';
import { mysqlTables } from '../../pipeline/tables';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { type OwnServer, reachOwnServer } from '../services/rds/own-server';
import {
  findOwnSource,
  ownSettingsFile,
  ownSourceFolder,
  ownTablesFolder,
  writeOwnSource,
} from '../state/own-source';
import { StateFolder } from '../state/state-folder';
import { adoptIntoCatalogue } from './adopt-into-catalogue';
import { checkOwnPrivileges, checkOwnServer, KEPT_HOURS } from './check-own-source';
import type { Given, StartFlags } from './given';
import { type OwnSourceAddress, type OwnSourceFlags, parseOwnSource } from './own-source-url';
import { UsageError } from './usage-error';

const ROOT = join(__dirname, '..', '..');
/** The stacks want a file of this repository; the laptop has an authority of its own for the same connection. */
const AUTHORITY = join('dist', 'own-source.pem');

export async function command({ flags }: Given<StartFlags & OwnSourceFlags>): Promise<number> {
  const address = parseOwnSource(flags);
  refuseOtherPipeline(flags.dataDir);
  const state = await StateFolder.open(flags.dataDir, { fresh: flags.fresh });
  try {
    const password = process.env.MYSQL_PWD ?? '';
    const source = { ...address, tables: namesOf(address), flavour: 'mysql' as const };
    const server = await reachOwnServer(source, state.path('mysql', 'tls'), password);
    try {
      const flavour = await checkAndAdopt(server, address, flags.dataDir);
      writeOwnSource(flags.dataDir, { ...source, flavour });
      writeSettings(flags.dataDir, address, server.caFile);
    } finally {
      await server.stop();
    }
    return 0;
  } finally {
    state.release();
  }
}

const namesOf = ({ tables }: OwnSourceAddress): string[] =>
  tables.map(({ database, table }) => `${database}.${table}`);

/** A folder has one source: rows of another one would be taken for this one's. */
function refuseOtherPipeline(dataDir: string): void {
  const warehouse = join(resolve(dataDir), 'warehouse');
  const hasOther = existsSync(warehouse) && readdirSync(warehouse).length > 0;
  if (hasOther && findOwnSource(dataDir) === undefined)
    throw new UsageError(
      `${dataDir} has the pipeline of the demo. Name another folder: --data-dir .local-own (the other commands take the same flag)`,
    );
}

/** @throws Error with every problem. Which server it is, when there is none. */
async function checkAndAdopt(
  server: OwnServer,
  address: OwnSourceAddress,
  dataDir: string,
): Promise<'mariadb' | 'mysql'> {
  const { host, port, user, sslMode } = address;
  const { adminPassword: password, caFile } = server;
  const login = { host: server.host, port: server.port, username: user, password };
  const secret = { arn: `mysql://${user}@${host}:${port}`, read: async () => login };
  const work = async (connection: Connection) => {
    const { flavour, problems } = await checkOwnServer(connection, host);
    const refused = await adoptAll({ ...login, caFile }, address, dataDir);
    const tables = mysqlTables(parseCatalogue(readCatalogueFiles(ownTablesFolder(dataDir))));
    const missing = await checkOwnPrivileges(connection, tables);
    return { flavour, problems: [...problems, ...refused, ...missing] };
  };
  const found = await withMysqlConnection(secret, work, { ca: readFileSync(caFile, 'utf8') }).catch(
    (error: unknown) => {
      const reason = server.relay.lastFailure() ?? reasonOf(error);
      throw new Error(`cannot connect to ${host}:${port} as ${user} (--ssl-mode ${sslMode}): ${reason}`, {
        cause: error,
      });
    },
  );
  if (found.problems.length > 0)
    throw new Error(
      `${host}:${port} cannot be replicated yet; nothing was changed there:\n${found.problems.map((one) => `  - ${one}`).join('\n')}`,
    );
  return found.flavour;
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.includes('ER_ACCESS_DENIED_ERROR')
    ? 'the server does not take this user with this password, which is asked for or in MYSQL_PWD'
    : text;
}

/** An entry for each table, new ones and those from before; what is wrong with a table, in a line. */
async function adoptAll(
  server: { host: string; port: number; username: string; password: string; caFile: string },
  { tables }: OwnSourceAddress,
  dataDir: string,
): Promise<string[]> {
  const tablesFolder = ownTablesFolder(dataDir);
  mkdirSync(tablesFolder, { recursive: true, mode: 0o700 });
  const entries = tables.map((place) => ({ ...place, name: entryName(place) }));
  for (const file of readdirSync(tablesFolder))
    if (file.endsWith('.json') && !entries.some(({ name }) => file === `${name}.json`))
      rmSync(join(tablesFolder, file));
  copyFileSync(join(ROOT, 'tables', 'table.schema.json'), join(tablesFolder, 'table.schema.json'));
  const problems: string[] = [];
  for (const { database, table, name } of entries) {
    const isUpdate = existsSync(join(tablesFolder, `${name}.json`));
    const warnings: string[] = [];
    const given = { database, table, server, name, leaveOut: [], booleans: [], isUpdate, isDryRun: false };
    try {
      await adoptIntoCatalogue({ ...given, tablesFolder, dataDir }, (text) => warnings.push(text));
      for (const text of warnings) if (text.startsWith('\nwarning: ')) console.error(text.trimStart());
    } catch (error) {
      problems.push(`${database}.${table}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems;
}

/** With its database, so that it is never a table of the demo, which an ingest fills. */
const entryName = ({ database, table }: { database: string; table: string }): string =>
  `${database}_${table}`
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^[^a-z]+/, 't_');

/** The settings of `cdktf.json`, with one environment more. */
function writeSettings(dataDir: string, { port }: OwnSourceAddress, caFile: string): void {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdktf.json'), 'utf8')) as {
    context: { project: string; region: string; accountId: string; environments: Record<string, object> };
  };
  const { project, region, accountId, environments } = context;
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  copyFileSync(caFile, join(ROOT, AUTHORITY));
  const own = {
    ...environments.dev,
    accountId,
    createDmsServiceRoles: false,
    mysql: {
      kind: 'existing',
      server: 'self-managed',
      engine: 'mysql',
      // Whoever synthesizes for AWS has a name here; the laptop has its own.
      host: 'own-source.example.com',
      port,
      adminSecretArn: `arn:aws:secretsmanager:${region}:${accountId}:secret:${project}-own-mysql-owner-oWn5oU`,
      cidr: '192.0.2.0/24',
      certificateAuthority: AUTHORITY,
      binlogRetentionHours: KEPT_HOURS,
      heartbeat: 'none',
      mayChange: [],
    },
  };
  const settings = { ...context, environment: 'own', environments: { ...environments, own } };
  writeFileSync(ownSettingsFile(dataDir), JSON.stringify(settings), { mode: 0o600 });
  rmSync(join(ownSourceFolder(dataDir), 'cdktf.out'), { recursive: true, force: true });
}
