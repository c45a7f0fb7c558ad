/** What a table leaves behind when its entry is taken out of the catalogue, and how to drop it. */
import type { ReplicatedTable } from '../../pipeline/values/replicated-table';
import { quoteLiteral, quoteTable } from '../../pipeline/warehouse/sql-text';
import { DIFFERENCES, SWEEPS, tombstonesDefinition } from '../../pipeline/warehouse/table-definitions';

/** Lines for people. Ledger and loaded files say what was loaded once; they expire or stay as they are. */
export function describeRemaining(table: ReplicatedTable): string[] {
  const target = quoteTable(table.target.schema, table.target.table);
  const known = quoteLiteral(table.name);
  return [
    'Still in the warehouse, and no longer kept in step:',
    `  ${target}, its rows and the grants on it`,
    ...(table.source === 'dynamodb' ? [`  ${tombstonesOf(table)}, the keys of deleted items`] : []),
    `  its rows in ${[SWEEPS, DIFFERENCES].map(({ schema, table: name }) => `${schema}.${name}`).join(' and ')}`,
    'After the next deploy (on the laptop: the next start), and when nobody reads it any more, as an administrator:',
    ...[
      `DROP TABLE ${target}`,
      ...(table.source === 'dynamodb' ? [`DROP TABLE ${tombstonesOf(table)}`] : []),
      ...[SWEEPS, DIFFERENCES].map(
        ({ schema, table: name }) => `DELETE FROM ${quoteTable(schema, name)} WHERE "table_name" = ${known}`,
      ),
    ].map((statement) => `  ${statement};`),
    sourceNote(table),
  ];
}

const tombstonesOf = (table: Extract<ReplicatedTable, { source: 'dynamodb' }>): string => {
  const { schema, table: name } = tombstonesDefinition(table);
  return quoteTable(schema, name);
};

const sourceNote = (table: ReplicatedTable): string =>
  table.source === 'mysql'
    ? 'The table in MySQL stays, with its rows.'
    : 'On AWS the DynamoDB table itself belongs to the storage stack: deploying that stack deletes it with its items, or fails where protectData is set.';
