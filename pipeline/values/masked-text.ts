/**
 * A text whose hash is replicated in its place: the rule `data-masking-hash-mask` of DMS. Its user guide says SHA-256 and 64
 * characters ("Using data masking to hide sensitive information"); its example shows upper case and no salt, of the bytes of
 * an ASCII text. That others are hashed as UTF-8 is what reconciliation finds out.
 */
import { createHash } from 'node:crypto';
import type { ColumnType } from './column-type';
import type { DmsDataType } from './mysql-contract';
import type { MysqlType } from './mysql-declaration';

export const HASH_CHARACTERS = 64;

export const MASKED_TYPE: ColumnType = { kind: 'text', characters: HASH_CHARACTERS, isAscii: true };

export const maskText = (text: string): string =>
  createHash('sha256').update(text).digest('hex').toUpperCase();

/** What DMS reads as WSTRING, of which its rule takes the hash; longer texts are NCLOB. The few labels of an ENUM hide nothing. */
const MASKED_NAMES = ['char', 'varchar', 'tinytext', 'text'];

/** Why a column of this type cannot be hashed, and what to do; undefined when it can. */
export const unmaskableType = ({ name }: MysqlType): string | undefined =>
  MASKED_NAMES.includes(name)
    ? undefined
    : `DMS hashes ${MASKED_NAMES.map((one) => one.toUpperCase()).join(', ')}, got ${name.toUpperCase()}; leave the column out, or hash a generated column of such a type`;

/**
 * The rule that DMS needs before it hashes, where the column at the source is narrower than the hash. It applies to the
 * text before it is hashed and would cut it there, so that a wider column does not get it.
 */
export const maskedDmsType = ({ name, sizes }: MysqlType): DmsDataType | undefined =>
  !name.endsWith('text') && (sizes[0] ?? 1) < HASH_CHARACTERS
    ? { type: 'wstring', length: HASH_CHARACTERS }
    : undefined;
