import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command as status } from '../../../local/commands/status';
import { ControlTables, type TableState } from '../../../local/services/dms/task/control-tables';
import { openWarehouse } from '../../../local/services/redshift/storage/open-warehouse';
import { StateFolder } from '../../../local/state/state-folder';
import { typed } from '../../support/typed';

const state = (kind: TableState['state'], reason: string | null): TableState => ({
  state: kind,
  snapshotPosition: null,
  snapshotRows: 1,
  fingerprint: null,
  structure: null,
  reason,
});

describe('a stopped pipeline', () => {
  let dataDir: string;
  let printed: string[];
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'cdc-suspensions-'));
    printed = [];
    jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
    (await StateFolder.open(dataDir)).release();
    mkdirSync(join(dataDir, 'warehouse'));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('names each suspended table, why, and the command, as its task wrote it down', async () => {
    const warehouse = await openWarehouse({
      file: join(dataDir, 'warehouse', 'warehouse.duckdb'),
      database: 'warehouse',
      fetchObject: () => Promise.reject(new Error('not asked')),
    });
    const control = new ControlTables(await warehouse.openSession(), 'dms_control', 'cdc-dev-mysql');
    await control.prepare();
    await control.writeTableState('bank.txns', state('loaded', null));
    await control.writeTableState('my shop.orders', state('suspended', 'its key was changed'));
    await control.writeTableState('shop.lines', state('suspended', 'it was dropped'));
    // A resync that was asked for brings it back at the next start.
    await control.requestResync('shop.lines');
    await warehouse.close();

    expect(await status(typed('status', '--data-dir', dataDir))).toBe(1);
    expect(printed[0]).toContain(
      `suspended: my shop.orders: its key was changed\n  to bring it back: npm run resync -- 'my shop.orders' --data-dir ${dataDir}\n`,
    );
    expect(printed[0]).not.toContain('shop.lines');
    await status(typed('status', '--json', '--data-dir', dataDir));
    expect(JSON.parse(printed[1] ?? '')).toMatchObject({
      suspended: [{ table: 'my shop.orders', reason: 'its key was changed' }],
    });
  });

  it('whose warehouse cannot be read says so, and the rest of its status', async () => {
    writeFileSync(join(dataDir, 'warehouse', 'warehouse.duckdb'), 'no database');
    expect(await status(typed('status', '--data-dir', dataDir))).toBe(1);
    expect(printed[0]).toMatch(/^suspended tables are not known: .+\n(.*\n)*no dead letters$/m);
  });
});
