/** DuckDB's errors in Redshift's words. What is not known here keeps DuckDB's text, marked as such. */
import { WarehouseError } from '../../../runtime/ports/warehouse';

type Translate = (found: RegExpExecArray) => string;

const TRANSLATIONS: readonly (readonly [pattern: RegExp, text: Translate])[] = [
  [/Referenced update column (\S+) not found in table/, ([, name]) => `column "${name}" does not exist`],
  [
    /^Binder Error: Column "([^"]+)" referenced that exists in the SELECT clause/,
    ([, name]) => `column "${name}" does not exist`,
  ],
  [/Could not cast value .* to DECIMAL\(\d+,\d+\)/s, () => 'Numeric data overflow (result precision)'],
  [/^Invalid Input Error: (.*)$/s, ([, text]) => text!],
  [
    /Table with name "?([^\s"]+)"? does not exist because schema "([^"]+)" does not exist/,
    ([, name]) => `relation "${name}" does not exist`,
  ],
  [/Table with name ([^\s!]+) does not exist/, ([, name]) => `relation "${name}" does not exist`],
  [/Schema with name ([^\s!]+) does not exist/, ([, name]) => `schema "${name}" does not exist`],
  [/(?:Table|View) with name "([^"]+)" already exists/, ([, name]) => `Relation "${name}" already exists`],
  [/Schema with name "([^"]+)" already exists/, ([, name]) => `schema "${name}" already exists`],
  [
    /Referenced column "([^"]+)" (?:not found in FROM clause|was not found)/,
    ([, name]) => `column "${name}" does not exist`,
  ],
  [/Referenced table "([^"]+)" not found/, ([, name]) => `relation "${name}" does not exist`],
  [
    /Table "([^"]+)" does not have a column (?:named|with name) "([^"]+)"/,
    ([, table, column]) => `column "${column}" of relation "${table}" does not exist`,
  ],
  [
    /Values list "([^"]+)" does not have a column named "([^"]+)"/,
    ([, table, column]) => `column ${table}.${column} does not exist`,
  ],
  [/Ambiguous reference to column name "([^"]+)"/, ([, name]) => `column reference "${name}" is ambiguous`],
  [
    /NOT NULL constraint failed: (?:[^\s]*\.)?([^\s.]+)$/m,
    ([, column]) => `Cannot insert a NULL value into column ${column}`,
  ],
  [
    /CHECK constraint failed on table .* with expression CHECK\(\(strlen\("?.*?"?\) <= (\d+)\)\)/,
    ([, length]) =>
      `Value too long for character type\nDetail:\n  value too long for type character varying(${length})`,
  ],
  [
    /Could not convert string '(.*)' to INT(\d+)/s,
    ([, value]) => `invalid input syntax for integer: "${value}"`,
  ],
  [
    /Could not convert string "(.*)" to DECIMAL\((\d+),(\d+)\)/s,
    () => 'Numeric data overflow (result precision)',
  ],
  [
    /Casting value "(.*)" to type DECIMAL\((\d+),(\d+)\) failed: value is out of range/s,
    () => 'Numeric data overflow (result precision)',
  ],
  [
    /(?:can't be cast because the value is out of range for the destination type|Overflow in|out of range)/,
    () => 'Overflow: a value is out of range of its type',
  ],
  [
    /(?:invalid|Invalid) (?:date|timestamp) field format: "(.*?)"|date field value out of range: "(.*?)"/,
    ([, value, other]) => `invalid input syntax for type timestamp: "${value ?? other}"`,
  ],
  [
    /must appear in the GROUP BY clause|column "?([^"\s]+)"? must appear in the GROUP BY/,
    ([, column]) =>
      `column "${column ?? '?'}" must appear in the GROUP BY clause or be used in an aggregate function`,
  ],
  // DuckDB's own limit, and Node's on the way there.
  [/Max expression depth limit|Maximum call stack size exceeded/, () => 'stack depth limit exceeded'],
  [/INTERRUPT Error/, () => "Query cancelled on user's request"],
  [
    /Conflict on (?:update|tuple deletion)|TransactionContext Error: Failed to commit|write-write conflict/i,
    () => '1023\nDetail: Serializable isolation violation on table',
  ],
  [
    /No function matches the given name and argument types '([^']+)'/,
    ([, call]) => `function ${call!.toLowerCase()} does not exist`,
  ],
  [
    /Cannot (?:compare|mix) values of type (\S+) and (?:type )?(\S+)/,
    ([, left, right]) => `operator does not exist between ${left!.toLowerCase()} and ${right!.toLowerCase()}`,
  ],
  [
    /table "?([^"\s]+)"? has (\d+) columns but (\d+) values were supplied/i,
    () => 'INSERT has a different number of expressions than target columns',
  ],
];

export function translateError(error: unknown): WarehouseError {
  if (error instanceof WarehouseError) return error;
  // Not `instanceof`: a native error may come from another realm.
  const { message } = error as { readonly message?: unknown };
  const text = typeof message === 'string' ? message : String(error);
  const plain = text.replace(/\n\nLINE \d+:[\s\S]*$/, '');
  for (const [pattern, write] of TRANSLATIONS) {
    const found = pattern.exec(plain);
    if (found !== null) return new WarehouseError(write(found), { cause: error });
  }
  return new WarehouseError(plain.replace(/^[\w ]+ Error: /, ''), { cause: error });
}
