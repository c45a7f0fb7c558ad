/** SQL that reads a column of MySQL as the text of its form; see the type contract. */
import type { TextForm } from '../values/mysql-contract';
import { typeRule } from '../values/mysql-contract';
import type { MysqlType } from '../values/mysql-declaration';

/**
 * An expression whose text is the value's, but that a float still is a number. `name` is a quoted column.
 * @throws RangeError for a type that the contract does not carry.
 */
export function exactTextSql(name: string, type: MysqlType): string {
  switch (textForm(type)) {
    case 'hex':
      return `LOWER(HEX(${name}))`;
    case 'geometry':
      return geometrySql(name);
    // A FLOAT prints six digits only; as a double it shows what it holds.
    case 'float':
      return `CAST(${name} AS DOUBLE)`;
    // Of a column with decimals, or zeros before the number, what is printed is not the shortest text.
    case 'double':
      return type.zerofill || type.sizes.length > 0 ? `CAST(${name} AS DOUBLE)` : name;
    case 'bits':
    case 'year':
      return `${name} + 0`;
    case 'integer':
      return type.zerofill ? `CAST(${name} AS UNSIGNED)` : name;
    case 'decimal':
      return type.zerofill ? `CAST(${name} AS DECIMAL(${type.sizes.join(', ')}))` : name;
    default:
      return name;
  }
}

export function textForm(type: MysqlType): TextForm {
  const rule = typeRule(type);
  if (rule === undefined) throw new RangeError(`no text form for the MySQL type ${type.name}`);
  return rule.text;
}

/**
 * A geometry is stored as four bytes of its spatial reference and WKB, x before y. Without a reference the WKB is the
 * text. With one it goes behind the type, whose high bit then says so: EWKB, which ST_GeomFromEWKB of Redshift reads.
 */
function geometrySql(name: string): string {
  const hex = `LOWER(HEX(${name}))`;
  return [
    `CASE WHEN SUBSTRING(${hex}, 1, 8) = '00000000' THEN SUBSTRING(${hex}, 9)`,
    `ELSE CONCAT(SUBSTRING(${hex}, 9, 8), '20', SUBSTRING(${hex}, 1, 8), SUBSTRING(${hex}, 19)) END`,
  ].join(' ');
}

/** The same of stored bytes. */
export function geometryText(stored: Buffer): string {
  const hex = stored.toString('hex');
  const reference = hex.slice(0, 8);
  if (reference === '00000000') return hex.slice(8);
  return `${hex.slice(8, 16)}20${reference}${hex.slice(18)}`;
}

/** Whether a DATE, DATETIME or TIMESTAMP is a day of the calendar, of year 1 or later; false, never NULL, where it is not. */
export const realDaySql = (name: string): string =>
  `COALESCE(YEAR(${name}) > 0 AND DAYOFMONTH(${name}) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(${name})), 0)`;
