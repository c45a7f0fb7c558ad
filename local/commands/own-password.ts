/** The password of somebody's own MySQL server: in no file but the secrets of a data folder, and asked for once in a process. */
import { findOwnSource, type OwnMysql } from '../state/own-source';
import { askPassword } from './ask-password.cjs';

/** That of `MYSQL_PWD`, or of the person at the terminal; whatever this process starts then has it, too. */
export async function ownPassword(
  { user, host, port }: Pick<OwnMysql, 'user' | 'host' | 'port'>,
  ask: (question: string) => Promise<string> = askPassword,
): Promise<string> {
  process.env.MYSQL_PWD ??= await ask(`password for mysql://${user}@${host}:${port}: `);
  return process.env.MYSQL_PWD;
}

/** For what starts a pipeline that is stopped: before anything of it is started. */
export async function askOwnPassword(dataDir: string, ask = askPassword): Promise<void> {
  const own = findOwnSource(dataDir)?.mysql;
  if (own !== undefined) await ownPassword(own, ask);
}
