/** What the bodies of the API are, as schemas of OpenAPI 3.0: rows and items by the catalogue, answers by hand. */

import type { Column, DynamodbTable, MysqlTable } from './tables';
import { MAX_LISTED } from './values/api-limits';
import { givenColumns } from './values/given-columns';

export type Schema = Readonly<Record<string, unknown>>;

/** As the function checks it: `parsePostedRow`. */
export function rowSchema(table: MysqlTable): Schema {
  const columns = givenColumns(table);
  return {
    type: 'object',
    description: `A row of ${table.name}. A column that is left out is NULL.`,
    additionalProperties: false,
    required: columns.filter(({ nullable }) => !nullable).map(({ name }) => name),
    properties: Object.fromEntries(columns.map((column) => [column.name, columnSchema(column)])),
  };
}

function columnSchema(column: Column): Schema {
  const { type, nullable } = column;
  const orNull = nullable ? { nullable: true } : {};
  switch (type.kind) {
    case 'text':
      return {
        type: 'string',
        maxLength: type.characters,
        ...(nullable ? {} : { pattern: '\\S' }),
        ...orNull,
      };
    case 'decimal':
      return {
        description: `At most ${type.precision - type.scale} digits before the dot and ${type.scale} behind it. A number keeps its digits; in a string, thousands may be separated by commas.`,
        oneOf: [{ type: 'number' }, { type: 'string' }],
        ...orNull,
      };
    case 'boolean':
      return {
        oneOf: [
          { type: 'boolean' },
          { type: 'string', pattern: '^\\s*([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])?\\s*$' },
        ],
        ...orNull,
      };
    case 'date':
      return {
        type: 'string',
        description: 'Like 2017-06-29, 29-Jun-2017 or 29-Jun-17.',
        pattern: '^\\s*(\\d{4}-\\d{2}-\\d{2}|\\d{1,2}-[A-Za-z]{3}-(\\d{4}|\\d{2}))?\\s*$',
        ...orNull,
      };
    default:
      return { type: 'string', ...orNull };
  }
}

/** Beside its key, an item is what it is. */
export function itemSchema(table: DynamodbTable): Schema {
  return {
    type: 'object',
    description: `An item of ${table.name}; one with the same key is replaced. Attributes beside the key may be anything, and numbers keep their digits.`,
    required: table.key,
    properties: Object.fromEntries(
      table.key.map((name) => [
        name,
        table.keyTypes[name] === 'N' ? { type: 'number' } : { type: 'string', minLength: 1 },
      ]),
    ),
    additionalProperties: true,
  };
}

export const ADDED: Schema = {
  type: 'object',
  required: ['table', 'rows'],
  properties: { table: { type: 'string' }, rows: { type: 'integer', description: 'How many were added.' } },
};

export const STARTED: Schema = {
  type: 'object',
  required: ['table', 'function', 'started'],
  properties: { table: { type: 'string' }, function: { type: 'string' }, started: { type: 'boolean' } },
};

const seconds = (description: string): Schema => ({ type: 'number', nullable: true, description });

export const TABLE_STATES: Schema = {
  type: 'object',
  required: ['tables'],
  properties: {
    tables: {
      type: 'array',
      items: {
        type: 'object',
        required: ['table', 'freshnessSeconds', 'proofAgeSeconds', 'rows', 'lagSeconds'],
        properties: {
          table: { type: 'string' },
          freshnessSeconds: seconds(
            'How far the target may be behind its source. Null while it is not known.',
          ),
          proofAgeSeconds: seconds('How old the last proof is that the target equals its source.'),
          rows: {
            type: 'integer',
            nullable: true,
            description: 'Rows of the target when a sweep last counted them.',
          },
          lagSeconds: seconds(
            'MySQL: by how much the next heartbeat is overdue. DynamoDB: from the newest change of the last load to its commit.',
          ),
        },
      },
    },
  },
};

/** RFC 9457, with what was rejected. */
export const PROBLEM: Schema = {
  type: 'object',
  required: ['type', 'title', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: {
      type: 'integer',
      description: 'That of the answer; absent where the gateway answers for a function that failed.',
    },
    detail: { type: 'string', description: 'What happened and what to do. It has no value of a row.' },
    code: { type: 'string' },
    rejectedCount: { type: 'integer' },
    rejected: {
      type: 'array',
      description: `The first ${MAX_LISTED} rows or items that cannot be taken; nothing of the request was added.`,
      items: {
        type: 'object',
        required: ['index', 'code', 'reason'],
        properties: {
          index: { type: 'integer', description: 'Its place in the request, from 0.' },
          line: { type: 'integer', description: 'Line of the body on which it begins, from 1.' },
          code: { type: 'string' },
          reason: { type: 'string' },
          column: { type: 'string' },
        },
      },
    },
  },
};
