/** Which compression a column may have (Amazon Redshift database developer guide, "Compression encodings"). */
import type { ColumnType } from './column-type';

type Kind = ColumnType['kind'];

const NUMBERS: readonly Kind[] = ['smallint', 'integer', 'bigint', 'decimal'];
const TIMES: readonly Kind[] = ['date', 'timestamp'];
const ALL: readonly Kind[] = [...NUMBERS, ...TIMES, 'real', 'double', 'boolean', 'text', 'document'];
const without = (...kinds: readonly Kind[]): Kind[] => ALL.filter((kind) => !kinds.includes(kind));

const KINDS: Readonly<Record<string, readonly Kind[]>> = {
  raw: ALL,
  zstd: ALL,
  runlength: without('document'),
  bytedict: without('boolean', 'document'),
  lzo: without('boolean', 'real', 'double', 'document'),
  az64: [...NUMBERS, ...TIMES],
  delta: [...NUMBERS, ...TIMES],
  delta32k: ['integer', 'bigint', 'decimal', ...TIMES],
  mostly8: NUMBERS,
  mostly16: ['integer', 'bigint', 'decimal'],
  mostly32: ['bigint', 'decimal'],
  text255: ['text'],
  text32k: ['text'],
};

export const ENCODINGS = Object.keys(KINDS) as [string, ...string[]];

/** Why a column of this type cannot have the encoding; undefined when it can. */
export const encodingProblem = (encoding: string, { kind }: ColumnType): string | undefined =>
  KINDS[encoding]?.includes(kind) === true
    ? undefined
    : `Redshift has no ${encoding} for this type; it has ${Object.keys(KINDS)
        .filter((name) => KINDS[name]?.includes(kind) === true)
        .join(', ')}`;
