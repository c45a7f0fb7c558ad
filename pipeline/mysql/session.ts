/**
 * What a session must have so that a value reads as it is, and none is left out. A server may give each new one something
 * else: by its global variables, and by `init_connect`, which it runs for every user without administrative rights.
 */

/** Bytes stay UTF-8 in both directions, whatever `init_connect` or `skip_character_set_client_handshake` say. */
const NAMES = 'NAMES utf8mb4 COLLATE utf8mb4_bin';

const VARIABLES: Readonly<Record<string, string>> = {
  time_zone: "'+00:00'",
  // Off, each read would see what the first one saw, and a write would be lost.
  autocommit: '1',
  // Rows beyond it would be left out without a word.
  sql_select_limit: '18446744073709551615',
  // A read of a whole table examines as many rows as there are.
  sql_big_selects: '1',
  sql_quote_show_create: '1',
  // Seconds: a reader waits for what it writes elsewhere.
  wait_timeout: '28800',
};

/** Each flavour runs its own comment only (MySQL manual and MariaDB knowledge base, "Comments"): no limit of time. */
const NO_TIME_LIMIT = '/*!50708 , SESSION max_execution_time = 0 */ /*M! , SESSION max_statement_time = 0 */';

/** One statement. @param sqlMode without quotes */
export function buildSessionSql(sqlMode: string): string {
  const variables = Object.entries({ ...VARIABLES, sql_mode: `'${sqlMode}'` });
  return `SET ${NAMES}, ${variables.map(([name, value]) => `SESSION ${name} = ${value}`).join(', ')} ${NO_TIME_LIMIT}`;
}
