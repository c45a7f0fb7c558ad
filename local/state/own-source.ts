/** The sources of one's own that a data folder replicates: what is known of them, without passwords and keys. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SslMode } from '../protocol/mysql/tls-modes';
import { writeFileAtomically } from './write-atomically';

export interface OwnMysql {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly sslMode: SslMode;
  readonly sslCa?: string;
  /** As `--tables` took them. */
  readonly tables: string;
  readonly flavour: 'mariadb' | 'mysql';
}

export interface OwnDynamodb {
  /** `http://127.0.0.1:8000`, for DynamoDB and DynamoDB Streams alike. */
  readonly endpoint: string;
  /** DynamoDB Local keeps the tables of each region and access key apart. */
  readonly region: string;
  /** Whose keys they are; without it those of the environment. */
  readonly profile?: string;
  readonly tables: readonly string[];
}

/** A table that was asked for and cannot be replicated as it is. */
export interface LeftOutTable {
  readonly table: string;
  readonly reason: string;
}

export interface OwnSource {
  /** Those of the last start; absent in a folder of an earlier version. */
  readonly leftOut?: readonly LeftOutTable[];
  readonly mysql?: OwnMysql;
  readonly dynamodb?: OwnDynamodb;
  /** Asked for, and of which every table is left out: none of it is reached, and a start names it again. */
  readonly without?: { readonly mysql?: OwnMysql; readonly dynamodb?: OwnDynamodb };
}

const FOLDER = 'own-source';

/** Where entries, settings and stacks of it are. */
export const ownSourceFolder = (dataDir: string): string => resolve(dataDir, FOLDER);
export const ownTablesFolder = (dataDir: string): string => join(ownSourceFolder(dataDir), 'tables');
export const ownSettingsFile = (dataDir: string): string => join(ownSourceFolder(dataDir), 'settings.json');

const fileOf = (dataDir: string): string => join(ownSourceFolder(dataDir), 'source.json');

export function findOwnSource(dataDir: string): OwnSource | undefined {
  const file = fileOf(dataDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as OwnSource) : undefined;
}

export function writeOwnSource(dataDir: string, source: OwnSource): void {
  mkdirSync(ownSourceFolder(dataDir), { recursive: true, mode: 0o700 });
  writeFileAtomically(fileOf(dataDir), `${JSON.stringify(source, null, 2)}\n`, { mode: 0o600 });
}
