/** The settings from which the stacks of one's own sources are synthesized: those of `cdktf.json`, with one environment more. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownSettingsFile, ownSourceFolder } from '../state/own-source';
import { KEPT_HOURS } from './check-own-source';
import type { CheckedDynamodb } from './own-dynamodb';
import type { CheckedMysql } from './own-mysql';

const ROOT = join(__dirname, '..', '..');
/** The stacks want a file of this repository; the laptop has an authority of its own for the same connection. */
const AUTHORITY = join('dist', 'own-source.pem');

interface Context {
  readonly project: string;
  readonly region: string;
  readonly accountId: string;
  readonly environments: Readonly<Record<string, object>>;
}

export interface OwnSources {
  readonly mysql: CheckedMysql | undefined;
  readonly dynamodb: CheckedDynamodb | undefined;
}

export function writeOwnSettings(dataDir: string, { mysql, dynamodb }: OwnSources): void {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdktf.json'), 'utf8')) as { context: Context };
  const { accountId, environments } = context;
  const own = {
    ...environments.dev,
    accountId,
    createDmsServiceRoles: false,
    ...(mysql === undefined ? {} : { mysql: mysqlSettings(mysql, context) }),
    ...(dynamodb === undefined ? {} : { dynamodb: { existing: existingTables(dynamodb, context) } }),
  };
  const settings = { ...context, environment: 'own', environments: { ...environments, own } };
  writeFileSync(ownSettingsFile(dataDir), JSON.stringify(settings), { mode: 0o600 });
  rmSync(join(ownSourceFolder(dataDir), 'cdktf.out'), { recursive: true, force: true });
}

function mysqlSettings({ source, caFile }: CheckedMysql, { project, region, accountId }: Context): object {
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  copyFileSync(caFile, join(ROOT, AUTHORITY));
  return {
    kind: 'existing',
    server: 'self-managed',
    engine: 'mysql',
    // Whoever synthesizes for AWS has a name here; the laptop has its own.
    host: 'own-source.example.com',
    port: source.port,
    adminSecretArn: `arn:aws:secretsmanager:${region}:${accountId}:secret:${project}-own-mysql-owner-oWn5oU`,
    cidr: '192.0.2.0/24',
    certificateAuthority: AUTHORITY,
    binlogRetentionHours: KEPT_HOURS,
    heartbeat: 'none',
    mayChange: [],
  };
}

/** In the region of the stacks, as Lambda would read them; the laptop reads them where they are. */
const existingTables = ({ existing }: CheckedDynamodb, { region, accountId }: Context): object =>
  Object.fromEntries(
    existing.map(({ entry, table, streamLabel }) => [
      entry,
      {
        name: table,
        streamArn: `arn:aws:dynamodb:${region}:${accountId}:table/${table}/stream/${streamLabel}`,
        mayChange: [],
      },
    ]),
  );
