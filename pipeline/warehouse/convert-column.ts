/** How a column's values become those of another type: each exactly, or the statement fails. */

const INTEGERS: Readonly<Record<string, number>> = { smallint: 5, integer: 10, bigint: 19 };

interface NumberType {
  readonly scale: number;
}

/** `type` as the warehouse's catalog prints it. */
function numberType(type: string): NumberType | undefined {
  if (INTEGERS[type] !== undefined) return { scale: 0 };
  const [, scale] = /^numeric\(\d+,(\d+)\)$/.exec(type) ?? [];
  return scale === undefined ? undefined : { scale: Number(scale) };
}

const isText = (type: string): boolean => type.startsWith('character varying');

/**
 * An expression of the quoted column `name`, whose types are as the catalog prints them; undefined where values would be
 * rounded, cut or read in another way. A value that the new type cannot hold makes INSERT fail.
 */
export function convertColumn(name: string, from: string, to: string): string | undefined {
  if (from === to || (isText(from) && isText(to))) return name;
  const [source, target] = [numberType(from), numberType(to)];
  if (source !== undefined && target !== undefined)
    return source.scale <= target.scale ? `CAST(${name} AS ${to.toUpperCase()})` : undefined;
  if ((source !== undefined || from === 'date') && isText(to)) return `CAST(${name} AS VARCHAR)`;
  if (from === 'boolean' && INTEGERS[to] !== undefined)
    return `CASE WHEN ${name} THEN 1 WHEN NOT ${name} THEN 0 END`;
  if (from === 'real' && to === 'double precision') return `CAST(${name} AS DOUBLE PRECISION)`;
  if (from === 'date' && to === 'timestamp without time zone') return `CAST(${name} AS TIMESTAMP)`;
  return undefined;
}
