import { KNOWN_FUNCTIONS, KNOWN_STATEMENTS } from '../../../../../local/services/redshift/sql/known';
import {
  OWN_TEXTS,
  RENAMED_IN_DUCKDB,
  SAME_IN_DUCKDB,
  TWIN_MACROS,
} from '../../../../../local/services/redshift/sql/render/call-texts';
import { AGGREGATE_TEXTS } from '../../../../../local/services/redshift/sql/render/render-aggregate';
import { parseSqlStatement } from '../../../../../local/services/redshift/sql/syntax/parse-statement';
import { macroStatements } from '../../../../../local/services/redshift/storage/macros';

/** Their arguments have a grammar of their own, so they are no plain calls. */
const OWN_GRAMMAR = ['trim', 'dateadd', 'datediff', 'date_part', 'date_trunc', 'extract', 'convert', 'cast'];

const rendered = [SAME_IN_DUCKDB, RENAMED_IN_DUCKDB, TWIN_MACROS, OWN_TEXTS, AGGREGATE_TEXTS].flatMap(
  (list) => [...list.keys()],
);

it('each known function is answered by exactly one entry, and no other function is answered', () => {
  expect([...rendered].sort()).toEqual([...KNOWN_FUNCTIONS.keys()].sort());
});

it('each macro that a function names is defined', () => {
  const defined = macroStatements().map((text) => /MACRO memory\.twin\.(\w+)/.exec(text)?.[1]);
  const missing = [...TWIN_MACROS.values()].filter((macro) => !defined.includes(macro));
  expect(missing).toEqual([]);
});

it('no name is both a plain function and one with a grammar of its own', () => {
  expect(OWN_GRAMMAR.filter((name) => KNOWN_FUNCTIONS.has(name))).toEqual([]);
});

/** One of each known statement, by its first words. */
const EXAMPLES: Readonly<Record<string, string>> = {
  select: 'SELECT 1',
  with: 'WITH a AS (SELECT 1) SELECT * FROM a',
  insert: 'INSERT INTO t VALUES (1)',
  update: 'UPDATE t SET n = 1',
  delete: 'DELETE FROM t',
  copy: "COPY t FROM 's3://b/m' IAM_ROLE default FORMAT JSON 'auto' MANIFEST",
  'create schema': 'CREATE SCHEMA IF NOT EXISTS s AUTHORIZATION u',
  'create user': 'CREATE USER u PASSWORD DISABLE',
  'create table': 'CREATE TABLE t (n INT)',
  'create temp table': 'CREATE TEMP TABLE t (n INT)',
  'alter table': 'ALTER TABLE t RENAME TO u',
  'alter user': 'ALTER USER u PASSWORD DISABLE',
  'create role': 'CREATE ROLE r',
  'create group': 'CREATE GROUP g WITH USER u',
  'alter group': 'ALTER GROUP g ADD USER u, v',
  drop: 'DROP TABLE IF EXISTS t',
  grant: 'GRANT SELECT ON t TO PUBLIC',
  revoke: 'REVOKE SELECT ON t FROM PUBLIC',
  lock: 'LOCK TABLE t',
  begin: 'BEGIN',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  truncate: 'TRUNCATE t',
  vacuum: 'VACUUM FULL t TO 99 PERCENT',
  analyze: 'ANALYZE t (a, b)',
  explain: 'EXPLAIN SELECT 1',
  merge: 'MERGE INTO t USING s ON t.n = s.n REMOVE DUPLICATES',
  'create view': 'CREATE VIEW v AS SELECT 1',
  'comment on view': "COMMENT ON VIEW v IS 'one'",
  'create or replace view': 'CREATE OR REPLACE VIEW v AS SELECT 1',
  'create temporary table': 'CREATE TEMPORARY TABLE t AS SELECT 1 AS n',
  'create local temp table': 'CREATE LOCAL TEMP TABLE t (LIKE s)',
  'create local temporary table': 'CREATE LOCAL TEMPORARY TABLE t (n INT)',
  set: 'SET search_path TO s',
  reset: 'RESET ALL',
  show: 'SHOW search_path',
  start: 'START TRANSACTION',
  end: 'END',
  abort: 'ABORT',
};

it('each known statement is read, and no other has an example here', () => {
  const known = KNOWN_STATEMENTS.map(({ words }) => words.join(' '));
  expect(Object.keys(EXAMPLES).sort()).toEqual([...known].sort());
  const kinds = Object.values(EXAMPLES).map((sql) => parseSqlStatement(sql).kind);
  expect(new Set(kinds).size).toBe(27);
});

it.each([
  ['COMMENT ON TABLE t IS NULL', 'COMMENT is not supported'],
  ['ANALYSE t', 'syntax error at or near "ANALYSE"'],
  ['CALL f()', 'CALL is not supported'],
  ['CREATE EXTERNAL TABLE t (n INT)', 'CREATE EXTERNAL is not supported'],
  ['ALTER SCHEMA s RENAME TO t', 'ALTER SCHEMA is not supported'],
  ['FROM t', 'syntax error at or near "FROM"'],
])('%s is refused', (sql, message) => {
  expect(() => parseSqlStatement(sql)).toThrow(message);
});
