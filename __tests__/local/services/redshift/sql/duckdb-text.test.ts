/**
 * Golden pairs, without an engine: a Redshift statement, then the DuckDB text that it becomes (`=>`) or the error that
 * refuses it (`error:`). To add one, write its first lines into the golden file and run this test with UPDATE_GOLDEN=1.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { WarehouseError } from '../../../../../local/runtime/ports/warehouse';
import type { TableName } from '../../../../../local/services/redshift/sql/names';
import {
  renderDelete,
  renderInsert,
  renderMerge,
  renderUpdate,
} from '../../../../../local/services/redshift/sql/render/render-changes';
import { SqlRenderer } from '../../../../../local/services/redshift/sql/render/sql-renderer';
import type { TypedColumn } from '../../../../../local/services/redshift/sql/resolve/column-scope';
import { readingParts } from '../../../../../local/services/redshift/sql/resolve/reading-parts';
import {
  resolveNames,
  resolveTableName,
} from '../../../../../local/services/redshift/sql/resolve/resolve-names';
import { resolveTypes } from '../../../../../local/services/redshift/sql/resolve/resolve-types';
import { parseSqlStatement } from '../../../../../local/services/redshift/sql/syntax/parse-statement';
import { expectGolden } from '../../../../support/golden';

const GOLDEN = join(__dirname, 'duckdb-text.golden.txt');

const TABLES: Readonly<Record<string, readonly TypedColumn[]>> = {
  'public.numbers': [
    { name: 'n', type: 'int4' },
    { name: 'big', type: 'int8' },
    { name: 'amount', type: 'numeric' },
    { name: 'name', type: 'varchar' },
    { name: 'day', type: 'date' },
    { name: 'made', type: 'timestamp' },
    { name: 'item', type: 'super' },
  ],
  'shop.t': [
    { name: 'id', type: 'int4' },
    { name: 'v', type: 'varchar' },
  ],
  'shop.s': [
    { name: 'id', type: 'int4' },
    { name: 'v', type: 'varchar' },
  ],
  '.mine': [{ name: 'n', type: 'int4' }],
};

const CONTEXT = { database: 'dev', defaultSchema: 'public', tempTables: new Set(['mine']), user: 'ana' };

function duckdbText(sql: string): string {
  const statement = parseSqlStatement(sql);
  const parts = readingParts(statement);
  const names = resolveNames(parts, CONTEXT);
  const types = resolveTypes(parts, names, {
    database: 'dev',
    tableColumns: ({ schema = '', table }: TableName) => TABLES[`${schema}.${table}`],
    systemColumns: () => [{ name: 'usename', type: 'varchar' }],
  });
  const renderer = new SqlRenderer(CONTEXT, names, types);
  switch (statement.kind) {
    case 'select':
    case 'create-view':
      return renderer.query(statement.query);
    case 'insert':
      return renderInsert(renderer, statement, resolveTableName(CONTEXT, statement.target));
    case 'update':
      return renderUpdate(renderer, statement);
    case 'delete':
      return renderDelete(renderer, statement);
    case 'merge':
      if (statement.action.kind === 'branches') {
        return renderMerge(renderer, statement, statement.action.matched, statement.action.notMatched);
      }
      throw new Error('MERGE with REMOVE DUPLICATES is more than one text');
    default:
      throw new Error(`a ${statement.kind} has no text of its own`);
  }
}

function outcome(sql: string): string {
  try {
    return `=> ${duckdbText(sql)}`;
  } catch (error) {
    return `error: ${error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error)}`;
  }
}

/** A comment or a blank line stays; the outcome behind each statement is written new. */
function rewritten(text: string): string {
  const lines = text.split('\n').filter((line) => !/^(=>|error:) /.test(line));
  return lines
    .flatMap((line) => (line === '' || line.startsWith('-- ') ? [line] : [line, outcome(line)]))
    .join('\n');
}

it('Redshift statements become the DuckDB text that was agreed on', () => {
  const text = rewritten(readFileSync(GOLDEN, 'utf8'));
  expect(text.match(/^(=>|error:) /gm)?.length).toBeGreaterThan(70);
  expectGolden(GOLDEN, text);
});

const WORDS =
  `SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT UNION ALL WITH a AS ( ) , . * + - / || = < IN NOT AND OR IS NULL
  BETWEEN LIKE CASE WHEN THEN ELSE END CAST :: INTEGER numbers n item name shop t id [ 0 ] 'x' 1 2.5 COUNT SUM AVG LAG OVER
  PARTITION EXISTS JOIN ON USING LEFT INSERT INTO VALUES UPDATE SET DELETE MERGE MATCHED DEFAULT CREATE TABLE VIEW DATEADD day TRIM`.split(
    /\s+/,
  );

it('any heap of words is either text or refused as a statement is, never an error of the parser itself', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 25 }), fc.boolean(), (words, isQuery) => {
      const sql = `${isQuery ? 'SELECT n FROM numbers ' : ''}${words.join(' ')}`;
      try {
        duckdbText(sql);
      } catch (error) {
        if (error instanceof Error && /has no text of its own|more than one text/.test(error.message)) return;
        expect(error).toBeInstanceOf(WarehouseError);
      }
    }),
    { numRuns: 3000 },
  );
});
