import { TABLES } from '../../pipeline/tables';
import { hashText } from '../../pipeline/verify/canonical-text';
import { startWarehouseBed, type WarehouseBed } from '../support/warehouse-bed';
import { commands, readPages } from './pages';

/** What the warehouse of the laptop does not have: views of Redshift about itself, and the task's own tables. */
const OF_REDSHIFT = /\b(sys|svv|stl|stv|pg)_\w+|\bdms_control\./;
/** Redshift's way with tables and grants. */
const ADMINISTRATION = /^(ALTER|GRANT|REVOKE|VACUUM|ANALYZE|DROP)\b/;
/** Tables that a recipe makes on its way. */
const COPIES = ['market.trades_old', 'market.trades_restored', 'cdc.trades_tombstones_old'];

interface Statement {
  readonly page: string;
  readonly sql: string;
}

const statements = readPages().flatMap((page) =>
  commands(page).flatMap((code) =>
    [...code.matchAll(/(?<!-)\bwarehouse (?:"([^"]*)"|'([^']*)')/g)].map(
      ([, one, other]): Statement => ({
        page: page.path,
        sql: one ?? other ?? '',
      }),
    ),
  ),
);
const own = statements.filter(({ sql }) => !OF_REDSHIFT.test(sql) && !ADMINISTRATION.test(sql));

let bed: WarehouseBed;

beforeAll(async () => {
  bed = await startWarehouseBed({ tables: TABLES });
  for (const copy of COPIES) {
    const name = copy.replace(/_(old|restored)$/, '');
    await bed.dataApi.execute(`CREATE TABLE ${copy} AS SELECT * FROM ${name}`);
  }
});

afterAll(() => bed.stop());

it('the documents have statements on tables of this project', () => {
  expect(own.length).toBeGreaterThan(15);
});

it.each(own)('the warehouse understands the statement in $page: $sql', async ({ sql }) => {
  await expect(bed.dataApi.execute(sql.replaceAll(/<\w+>/g, '0'))).resolves.toMatchObject({
    id: expect.any(String),
  });
});

it('the statements on mismatches find a row by the key hash that reconciliation names', async () => {
  await bed.dataApi.execute(
    "INSERT INTO market.trades (id, _cdc_digest, _cdc_version, _cdc_changed_at) VALUES ('é|1', 'd', 'v', GETDATE())",
  );
  await bed.dataApi.execute(
    "INSERT INTO bank.txns (txn_id, account_no, date, ingested_at) VALUES (907, 'a', '2017-06-29', GETDATE())",
  );
  const find = (table: string, key: string) => {
    const found = own.find(({ sql }) => sql.includes('<keyHash>') && sql.includes(`FROM ${table}`));
    return bed.dataApi.readRows(found!.sql.replace('<keyHash>', hashText(key)));
  };
  expect(await find('market.trades', '4:é|1')).toEqual([{ id: 'é|1', _cdc_version: 'v' }]);
  expect(await find('bank.txns', '907')).toEqual([{ txn_id: '907' }]);
});
