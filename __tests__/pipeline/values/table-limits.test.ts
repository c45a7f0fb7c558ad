import fc from 'fast-check';
import { buildMerge } from '../../../pipeline/load/merge-sql';
import type { DynamodbTable, MysqlTable, ReplicatedTable } from '../../../pipeline/tables';
import type { ColumnType } from '../../../pipeline/values/column-type';
import { LONGEST_STATEMENT_BYTES, statementBytes } from '../../../pipeline/values/table-limits';
import { buildExactRowQuery } from '../../../pipeline/verify/exact-rows';
import { buildBucketQuery, buildRowQuery } from '../../../pipeline/verify/queries';
import { buildDifferingKeys, buildUnseenRows } from '../../../pipeline/verify/seen-rows';
import { WAREHOUSE_DIALECT } from '../../../pipeline/verify/warehouse-dialect';
import { statementPieces } from '../../../pipeline/warehouse/statement-pieces';
import { targetDefinition } from '../../../pipeline/warehouse/table-definitions';
import { buildWarehouseTable } from '../../../pipeline/warehouse/warehouse-ddl';
import { mysqlEntry as entry, problemsOf } from '../../support/catalogue-entries';

const many = (count: number, column: object): object[] =>
  Array.from({ length: count }, (_, at) => ({ name: `c${at}`, ...column }));

describe('a table that is too wide', () => {
  it('is refused with file and path, every limit at once', () => {
    const latin = (characters: number) => `varchar(${characters}) character set latin1 not null`;
    expect(
      problemsOf({
        // The two examples of the MySQL manual: 32,765 + 2 + 32,766 + 2 bytes are just as many as a row may have.
        fits: entry([{ name: 'b', mysql: latin(32_766) }], {
          key: [],
          columns: [
            { name: 'a', mysql: latin(32_765) },
            { name: 'b', mysql: latin(32_766) },
          ],
        }),
        wide: entry([
          { name: 'a', mysql: latin(32_765) },
          { name: 'b', mysql: latin(32_766), leaveOut: true },
          { name: 'memo', mysql: 'longtext' },
        ]),
        keyed: entry([{ name: 'k', mysql: 'varchar(769) character set utf8mb4 not null' }], { key: ['k'] }),
        lobs: entry(many(65, { mysql: 'longtext' })),
        doubles: entry(many(50, { mysql: 'double' })),
        items: {
          source: 'dynamodb',
          target: { schema: 'm', table: 'items' },
          key: [{ name: 'a', type: 'S' }],
          columns: [{ name: 'a', redshift: 'varchar(2048)' }, ...many(1_400, { redshift: 'bigint' })],
        },
      }),
    ).toEqual([
      'tables/wide.json, columns: a row has at least 65548 bytes without the contents of BLOB and TEXT, and MySQL takes 65535: make the longest b a TEXT or a BLOB',
      'tables/keyed.json, key: has at least 3078 bytes, and InnoDB takes 3072: use a shorter key',
      expect.stringMatching(
        /^tables\/lobs.json, columns: a row may have 4259783 bytes, and COPY takes 4194304/,
      ),
      expect.stringMatching(
        /^tables\/doubles.json, columns: a statement that loads or compares .* takes 100000/,
      ),
      expect.stringMatching(/^tables\/items.json, columns: a statement that loads or compares/),
    ]);
  });

  it('is so by the longest of its statements, which is never longer than what synthesis says', () => {
    const kinds: ColumnType[] = [
      ...(['smallint', 'bigint', 'real', 'double', 'boolean', 'date', 'timestamp', 'document'] as const).map(
        (kind) => ({ kind }),
      ),
      { kind: 'decimal', precision: 38, scale: 12 },
      { kind: 'text', characters: 10 },
      { kind: 'text', characters: 65_535 },
    ];
    const columns = fc.uniqueArray(
      fc.record({
        name: fc.stringMatching(/^[a-z"é][a-z0-9_"é]{0,60}$/),
        type: fc.constantFrom(...kinds),
      }),
      { minLength: 1, maxLength: 80, selector: ({ name }) => name },
    );
    fc.assert(
      fc.property(columns, fc.boolean(), (given, isDms) => {
        const all = [
          { name: 'id_0', type: { kind: 'bigint' } as ColumnType },
          ...given.filter(({ type }) => !(isDms && type.kind === 'document')),
        ];
        const statements = statementsOf(tableOf(all, isDms)).map((sql) => Buffer.byteLength(sql));
        expect(Math.max(...statements)).toBeLessThanOrEqual(statementBytes(all, ['id_0']));
      }),
      { numRuns: 60 },
    );
  });

  it('has what it looks for cut into statements that the Data API takes', () => {
    const buckets = Array.from({ length: 8_000 }, (_, at) => at.toString(16).padStart(4, '0'));
    const table = tableOf(
      [
        { name: 'id_0', type: { kind: 'bigint' } },
        ...Array.from({ length: 30 }, (_, at) => ({ name: `ratio${at}`, type: { kind: 'double' } as const })),
      ],
      true,
    );
    const build = (piece: readonly string[]): string =>
      buildRowQuery(WAREHOUSE_DIALECT, table, { buckets: piece }, { withKeys: true });
    expect(Buffer.byteLength(build(buckets))).toBeGreaterThan(LONGEST_STATEMENT_BYTES);
    const pieces = [...statementPieces(buckets, 8_000, build)];
    expect(pieces.flat()).toEqual(buckets);
    expect(pieces.length).toBeLessThan(5);
    for (const piece of pieces)
      expect(Buffer.byteLength(build(piece))).toBeLessThanOrEqual(LONGEST_STATEMENT_BYTES);
  });
});

type Given = readonly { readonly name: string; readonly type: ColumnType }[];

function tableOf(columns: Given, isDms: boolean): ReplicatedTable {
  const target = { schema: 'a_schema', table: 'a_table' };
  const nullable = columns.map((column) => ({ ...column, nullable: column.name !== 'id_0' }));
  return isDms
    ? ({
        source: 'mysql',
        name: 't',
        database: 'd',
        target,
        key: ['id_0'],
        columns: nullable,
      } satisfies MysqlTable)
    : ({
        source: 'dynamodb',
        name: 't',
        target,
        key: ['id_0'],
        keyTypes: { id_0: 'N' },
        columns: nullable.map((column) => ({ ...column, path: [column.name] })),
      } satisfies DynamodbTable);
}

function statementsOf(table: ReplicatedTable): string[] {
  const common = [
    buildWarehouseTable(targetDefinition(table)),
    buildBucketQuery(WAREHOUSE_DIALECT, table, 4),
    buildRowQuery(WAREHOUSE_DIALECT, table, { keyHashes: ['0'.repeat(32)] }, { withKeys: true }),
  ];
  if (table.source === 'mysql') return common;
  const part = { sweepId: '0a1b2c3d', partId: '4e5f6a7b' };
  const batch = { batchId: 'b'.repeat(64), manifest: 'm'.repeat(200), fileCount: 1 };
  const options = { bucket: 'bucket', copyRoleArn: 'arn:aws:iam::123456789012:role/copy', tombstoneDays: 60 };
  return [
    ...common,
    ...buildMerge(table, batch, options),
    buildExactRowQuery(table, ['0'.repeat(32)]),
    buildDifferingKeys(table, part, 100),
    buildUnseenRows(table, { ...part, startedAtMs: 0 }, 100),
  ];
}
