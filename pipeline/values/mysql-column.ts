/** One column of a MySQL table's entry against the type contract. */
import type { MysqlColumnEntry } from './catalogue-entry';
import { encodingProblem } from './column-encoding';
import { type ColumnType, varcharBytes } from './column-type';
import { MASKED_TYPE, unmaskableType } from './masked-text';
import { hasUnrealDays, refusedType, typeRule } from './mysql-contract';
import { type MysqlDeclaration, type MysqlType, parseMysqlDeclaration } from './mysql-declaration';
import { DeclarationError } from './mysql-tokens';
import { parseRedshiftType } from './redshift-type';
import type { LeftOutColumn, MysqlColumn } from './replicated-table';

export interface CheckedColumn {
  readonly column?: MysqlColumn;
  readonly leftOut?: LeftOutColumn;
  readonly declaration?: MysqlDeclaration;
  readonly isAutoIncrement: boolean;
  readonly problems: readonly string[];
}

/** Parses the declaration and settles the column in the warehouse; all problems at once. */
export function checkMysqlColumn(entry: MysqlColumnEntry, isKey: boolean): CheckedColumn {
  const declaration = parseOrProblem(entry.mysql);
  if (typeof declaration === 'string') return { isAutoIncrement: false, problems: [`mysql: ${declaration}`] };
  const isAutoIncrement = declaration.autoIncrement;
  if (entry.leaveOut === true) {
    const problems = isKey ? ['leaveOut: a column of the key tells rows apart and cannot stay behind'] : [];
    if (entry.hash === true) problems.push('hash: the column stays behind; take away one of the two');
    const leftOut = { name: entry.name, declaration: declaration.text };
    return { leftOut, declaration, isAutoIncrement, problems };
  }
  const problems: string[] = [];
  const type =
    entry.hash === true
      ? settleHash(entry, declaration.type, isKey, problems)
      : settleType(entry, declaration.type, problems);
  if (isKey && declaration.nullable) problems.push('mysql: a column of the key must be NOT NULL');
  const cut = settleCut(entry, type, declaration.type, isKey, problems);
  if (type === undefined) return { declaration, isAutoIncrement, problems };
  const wrongEncoding = entry.encode === undefined ? undefined : encodingProblem(entry.encode, type);
  if (wrongEncoding !== undefined) problems.push(`encode: ${wrongEncoding}`);
  const column: MysqlColumn = {
    name: entry.name,
    type,
    nullable: declaration.nullable,
    declared: declaration.type,
    declaration: declaration.text,
    ...(cut === undefined ? {} : { cutCharacters: cut }),
    ...(entry.hash === true ? { isMasked: true } : {}),
    ...(entry.encode === undefined ? {} : { encoding: entry.encode }),
  };
  return { column, declaration, isAutoIncrement, problems };
}

function parseOrProblem(text: string): MysqlDeclaration | string {
  try {
    return parseMysqlDeclaration(text);
  } catch (error) {
    if (error instanceof DeclarationError) return error.message;
    throw error;
  }
}

function settleType(
  entry: MysqlColumnEntry,
  declared: MysqlType,
  problems: string[],
): ColumnType | undefined {
  const refused = refusedType(declared);
  if (refused !== undefined) {
    problems.push(`mysql: ${refused}. To leave it out: "leaveOut": true`);
    return undefined;
  }
  const usual = typeRule(declared)?.target(declared);
  if (entry.redshift === undefined) return usual;
  const asked = parseRedshiftType(entry.redshift);
  if (typeof asked === 'string') {
    problems.push(`redshift: ${asked}`);
    return undefined;
  }
  if (usual !== undefined && !mayReplace(usual, asked, declared)) {
    problems.push(
      `redshift: ${entry.redshift} does not hold every value of ${declared.name} as itself; leave it out for the type of the contract`,
    );
  }
  return asked;
}

function settleHash(
  entry: MysqlColumnEntry,
  declared: MysqlType,
  isKey: boolean,
  problems: string[],
): ColumnType {
  const unmaskable = unmaskableType(declared);
  if (unmaskable !== undefined) problems.push(`hash: ${unmaskable}`);
  if (isKey)
    problems.push(
      'hash: a column of the key cannot be hashed; reconciliation finds a row in MySQL by its key',
    );
  if (entry.redshift !== undefined) problems.push('redshift: a hash is varchar(64); leave it out');
  return MASKED_TYPE;
}

const WHOLE = ['smallint', 'integer', 'bigint'];

/** Whether the replacement writes every value that fits it as the same text; one that it cannot hold is rejected. */
function mayReplace(usual: ColumnType, asked: ColumnType, declared: MysqlType): boolean {
  if (asked.kind === 'text')
    return usual.kind === 'text' || WHOLE.includes(usual.kind) || usual.kind === 'decimal';
  if (asked.kind === 'boolean')
    return usual.kind === 'boolean' || (declared.name === 'tinyint' && declared.sizes[0] === 1);
  const scale = usual.kind === 'decimal' ? usual.scale : 0;
  const isNumber = WHOLE.includes(usual.kind) || usual.kind === 'decimal' || usual.kind === 'boolean';
  if (asked.kind === 'decimal')
    return declared.name === 'decimal'
      ? asked.scale === (declared.sizes[1] ?? 0)
      : isNumber && asked.scale === 0;
  if (WHOLE.includes(asked.kind)) return isNumber && scale === 0;
  if (asked.kind === 'double') return usual.kind === 'real' || usual.kind === 'double';
  return asked.kind === usual.kind;
}

/** `LobMaxSize` of the replication task, in bytes: DMS cuts a longer text there. */
const LONGEST_LOB_BYTES = 63 * 1024;

/** Most characters that surely fit: a character has at most four bytes. */
function settleCut(
  entry: MysqlColumnEntry,
  type: ColumnType | undefined,
  declared: MysqlType,
  isKey: boolean,
  problems: string[],
): number | undefined {
  if (entry.tooLong === undefined || type === undefined) return undefined;
  if (entry.hash === true) {
    problems.push('tooLong: the hash of a text always fits; leave it out');
    return undefined;
  }
  const isText = type.kind === 'text' && ['characters', 'json'].includes(typeRule(declared)?.text ?? '');
  if (!isText) {
    problems.push(
      hasUnrealDays(declared)
        ? 'tooLong: is for text. A day that is not in the calendar is NULL and flagged, as DMS writes it, and its row is rejected where the column is NOT NULL'
        : 'tooLong: is for text; another value that does not fit rejects its row',
    );
    return undefined;
  }
  if (entry.tooLong === 'reject') return undefined;
  if (isKey) problems.push('tooLong: a column of the key cannot be cut; two rows could become one');
  return Math.floor(Math.min(varcharBytes(type), LONGEST_LOB_BYTES) / 4);
}
