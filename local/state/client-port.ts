/** Where Postgres clients reach the warehouse: kept in the data folder, so that it stays the same from start to start. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeFileAtomically } from './write-atomically';

export interface ClientPort {
  readonly port: number;
  readonly database: string;
  /** Who sees everything; any other user of the warehouse sees what is granted to it. */
  readonly user: string;
  readonly password: string;
}

const OWNER_ONLY = { mode: 0o600 };
const KEPT = ['warehouse', 'client-port.json'] as const;
/** As libpq reads passwords; programs that do not, such as JDBC, are given the one in it. */
const PASSWORDS = ['warehouse', 'pgpass'] as const;

/** What an earlier start kept, or a new password. */
export function readClientPort(path: (...parts: readonly string[]) => string): Partial<ClientPort> & {
  readonly password: string;
} {
  const file = path(...KEPT);
  if (!existsSync(file)) return { password: randomBytes(24).toString('base64url') };
  return JSON.parse(readFileSync(file, 'utf8')) as ClientPort;
}

export function writeClientPort(path: (...parts: readonly string[]) => string, kept: ClientPort): void {
  writeFileAtomically(path(...KEPT), `${JSON.stringify(kept, null, 2)}\n`, OWNER_ONLY);
  const line = ['127.0.0.1', kept.port, kept.database, '*', kept.password].join(':');
  writeFileAtomically(path(...PASSWORDS), `${line}\n`, OWNER_ONLY);
}

/** Of a folder whose pipeline runs. @throws Error when its warehouse has no port yet */
export function findClientPort(dataDir: string): ClientPort {
  const file = resolve(dataDir, ...KEPT);
  if (!existsSync(file))
    throw new Error(`the warehouse in ${dataDir} has no port yet: the pipeline is still being set up`);
  return JSON.parse(readFileSync(file, 'utf8')) as ClientPort;
}

export const passwordFileOf = (dataDir: string): string => resolve(dataDir, ...PASSWORDS);

/** For clients that use libpq. The password is not in it, so that neither a list of processes nor a history shows it. */
const clientUrl = ({ port, database, user }: ClientPort, dataDir: string): string =>
  `postgresql://${encodeURIComponent(user)}@127.0.0.1:${port}/${encodeURIComponent(database)}?passfile=${passwordFileOf(
    dataDir,
  )
    .split('/')
    .map(encodeURIComponent)
    .join('/')}`;

/** For a person's shell. */
export const psqlCommand = (dataDir: string): string =>
  `psql '${clientUrl(findClientPort(dataDir), dataDir)}'`;
