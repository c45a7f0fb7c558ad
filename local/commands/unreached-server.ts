/** Why somebody's own MySQL server could not be reached, as its owner can act on it. */
import { PipelineError } from '../../pipeline/errors';
import type { OwnServer } from '../services/rds/own-server';
import type { OwnMysql } from '../state/own-source';

type Address = Pick<OwnMysql, 'host' | 'port' | 'user' | 'sslMode'>;

/** A lost connection, or a refused login; anything else that goes wrong on a connection is no matter of it. */
export const isUnreached = (error: unknown): boolean =>
  (error instanceof PipelineError && error.code === 'SOURCE_UNAVAILABLE') || isRefusedLogin(textOf(error));

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const isRefusedLogin = (text: string): boolean => text.includes('ER_ACCESS_DENIED_ERROR');

/** The relay before it knows more than the driver, which only sees that its connection ended. */
export function describeUnreached(
  { host, port, user, sslMode }: Address,
  server: Pick<OwnServer, 'relay'>,
  error: unknown,
): string {
  const reason = server.relay.lastFailure() ?? reasonOf(error, host);
  return `cannot connect to ${host}:${port} as ${user} (--ssl-mode ${sslMode}): ${reason}`;
}

function reasonOf(error: unknown, host: string): string {
  const text = textOf(error);
  if (!isRefusedLogin(text)) return text;
  const refused = 'the server does not take this user with this password, which is asked for or in MYSQL_PWD';
  return LOCAL.includes(host) ? `${refused}. ${ANONYMOUS}` : refused;
}

const LOCAL = ['localhost', '127.0.0.1', '::1'];
/** MariaDB knowledge base, "Troubleshooting Connection Issues"; MySQL manual, "Access Control, Stage 1". */
const ANONYMOUS =
  "From this machine itself a user @'%' is refused where the server has the anonymous user ''@'localhost', as a fresh MariaDB does: DROP USER ''@'localhost', or create the user as …@'localhost' as well";
