/** A process that commits batch after batch and says so on its standard output, until it is killed. */
import { openWarehouse } from '../../../../local/services/redshift/storage/open-warehouse';

async function main(file: string): Promise<void> {
  const warehouse = await openWarehouse({ file, database: 'dev', fetchObject: async () => Buffer.alloc(0) });
  const session = await warehouse.openSession();
  await session.run('CREATE TABLE IF NOT EXISTS target (batch INT, n INT)');
  await session.run('CREATE TABLE IF NOT EXISTS ledger (batch INT)');
  const last = (await session.run('SELECT COALESCE(MAX(batch), 0) FROM ledger')).rows[0]![0];
  for (let batch = Number(last) + 1; ; batch += 1) {
    await session.begin();
    await session.append(
      'target',
      ['batch', 'n'],
      Array.from({ length: 3_000 }, (_, n) => [String(batch), String(n)]),
    );
    await session.run(`INSERT INTO ledger VALUES (${batch})`);
    await session.commit();
    process.stdout.write(`${batch}\n`);
  }
}

void main(process.argv[2]!);
