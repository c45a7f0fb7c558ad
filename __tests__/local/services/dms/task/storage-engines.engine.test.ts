import fc from 'fast-check';
import type { Connection } from 'mysql2';
import type { Warehouse, WarehouseSession } from '../../../../../local/runtime/ports/warehouse';
import { waitUntil } from '../../../../../local/runtime/wait-until';
import { queryRows } from '../../../../../local/services/dms/binlog/binlog-stream';
import { openSource } from '../../../../../local/services/dms/task/source-connection';
import { loginOf, TaskBed, type TestTask, TIMEOUT_MS } from './task-bed';

const isMysql = process.env.CDC_MYSQL_SERVER === 'mysql';

/** Both in one transaction is refused where every transaction has a GTID, as MySQL is on the laptop. */
const WITHOUT_GTIDS: Readonly<Record<string, string>> = isMysql
  ? { gtid_mode: 'OFF', enforce_gtid_consistency: 'OFF' }
  : {};

/** Name, columns and engine at the source; all have the columns `k` and `v`. */
const TABLES: readonly (readonly [name: string, source: string])[] = [
  ['keyed', '(k INT PRIMARY KEY, v INT) ENGINE=MyISAM'],
  ['keyless', '(k INT, v INT) ENGINE=MyISAM'],
  ['memory', '(k INT PRIMARY KEY, v INT) ENGINE=MEMORY'],
  ['csv', '(k INT NOT NULL, v INT NOT NULL) ENGINE=CSV'],
  ['proper', '(k INT PRIMARY KEY, v INT) ENGINE=InnoDB'],
  ...(isMysql
    ? [['archive', '(k INT, v INT) ENGINE=ARCHIVE'] as const]
    : [
        ['aria', '(k INT PRIMARY KEY, v INT) ENGINE=Aria'] as const,
        ['aria_keyless', '(k INT, v INT) ENGINE=Aria TRANSACTIONAL=0'] as const,
        ['parts', '(k INT PRIMARY KEY, v INT) ENGINE=MyISAM PARTITION BY HASH (k) PARTITIONS 3'] as const,
      ]),
];

const hasKey = (table: string): boolean =>
  TABLES.some(([name, source]) => name === table && source.includes('PRIMARY'));

/** One statement that changes something, whatever is there; some of them fail half way. */
const statementOf = (table: string) =>
  fc.tuple(fc.nat(5), fc.nat(60), fc.nat(1_000)).map(([kind, key, value]): string => {
    if (table === 'archive' || kind < 2)
      return `${hasKey(table) && kind === 0 ? 'REPLACE' : 'INSERT'} INTO {t} VALUES (${key},${value}),(${key + 1},${value}),(${key + 3},${value})`;
    if (kind === 2) return `UPDATE {t} SET v = v + ${value} WHERE k < ${key}`;
    if (kind === 3) return `UPDATE {t} SET k = k + 7 WHERE k BETWEEN ${key} AND ${key + 4}`;
    if (kind === 4) return `DELETE FROM {t} WHERE k BETWEEN ${key} AND ${key + 9}`;
    return !isMysql && table !== 'csv'
      ? `INSERT DELAYED INTO {t} VALUES (${key + 100},${value})`
      : `INSERT INTO {t} VALUES (${key},${value})`;
  });

/** Fails where the table says so: a key that is there already, for example. */
const tryStatement = (connection: Connection, statement: string): Promise<unknown> =>
  queryRows(connection, statement).catch((error: { readonly sqlState?: string }) => {
    if (error.sqlState === undefined) throw error;
  });

/** A warehouse that does something else before it takes the rows of a copy. */
const holdingCopies = (warehouse: Warehouse, before: () => Promise<void>): Warehouse => ({
  ...warehouse,
  openSession: async () => {
    const session = await warehouse.openSession();
    const appendColumns: WarehouseSession['appendColumns'] = async (...given) => {
      await before();
      await session.appendColumns(...given);
    };
    return new Proxy(session, {
      get: (target, name) => {
        if (name === 'appendColumns') return appendColumns;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  },
});

describe('a table without transactions', () => {
  let bed: TaskBed;
  beforeAll(async () => {
    bed = await TaskBed.start(WITHOUT_GTIDS);
  });
  afterAll(async () => {
    await bed?.stop();
  });

  const follow = async (name: string, options: Parameters<TaskBed['task']>[1] = {}): Promise<TestTask> => {
    const made = await bed.task(name, options);
    made.task.start(made.task.describe().status === 'ready' ? 'start-replication' : 'resume-processing');
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    return made;
  };
  const createTable = async (name: string, source: string): Promise<void> => {
    await bed.source(`CREATE TABLE ${name} ${source}`);
    await bed.target(
      `CREATE TABLE ${name} (k INTEGER${source.includes('PRIMARY') ? ' NOT NULL PRIMARY KEY' : ''}, v INTEGER)`,
    );
  };
  const reasonOf = ({ task }: TestTask, name: string): string | undefined =>
    task.describe().tables.find(({ table }) => table === name)?.suspendedBecause;

  it('is copied exactly while others write to it, and followed', async () => {
    await bed.createDatabase('busy');
    for (const [name, source] of TABLES) {
      await createTable(`busy.${name}`, source);
      const first = Array.from({ length: 500 }, (_, at) => `(${1_000 + at},${at})`).join(',');
      await bed.source(`INSERT INTO busy.${name} VALUES ${first}`);
    }
    const { task } = await bed.task('busy');
    let isCopied = false;
    const written = TABLES.map(() => 0);
    const writers = TABLES.map(async ([name], at) => {
      const connection = await openSource(async () => loginOf(bed.server));
      const statements = fc.sample(statementOf(name), { numRuns: 200, seed: at });
      for (let next = 0; !isCopied; next += 1) {
        const statement = statements[next % statements.length] as string;
        await tryStatement(connection, statement.replace('{t}', `busy.${name}`));
        written[at] = next;
      }
      connection.destroy();
    });
    await waitUntil(() => written.every((count) => count > 3) || undefined, {
      what: 'all writers',
      timeoutMs: TIMEOUT_MS,
      lastState: () => written.join(),
    });
    task.start('start-replication');
    const states = (): string[] => task.describe().tables.map(({ state }) => state);
    const loaded = TABLES.map(() => 'loaded');
    await waitUntil(() => states().join() === loaded.join() || undefined, {
      what: 'the copies',
      timeoutMs: TIMEOUT_MS,
      lastState: () => JSON.stringify(task.describe().tables),
    });
    isCopied = true;
    await Promise.all(writers);
    if (!isMysql) await bed.source('FLUSH TABLES');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(states()).toEqual(loaded);
    await bed.expectEqual('busy', ...TABLES.map(([name]) => name));
    expect((await bed.sourceRows('busy', 'keyless')).length).toBeGreaterThan(400);
    await task.resync(TABLES.map(([name]) => `busy.${name}`));
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('busy', ...TABLES.map(([name]) => name));
    await task.close();
  });

  it('takes writes again once it is read, while the warehouse still writes', async () => {
    await bed.createDatabase('slow');
    await createTable('slow.m', '(k INT PRIMARY KEY, v INT) ENGINE=MyISAM');
    await bed.source('INSERT INTO slow.m VALUES (1, 1)');
    const { task } = await bed.task('slow', {
      warehouse: holdingCopies(bed.warehouse, async () => {
        await bed.source('INSERT INTO slow.m VALUES (2, 2)');
      }),
    });
    task.start('start-replication');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    // With what was written while the copy was.
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('slow', 'm');
    expect((await bed.sourceRows('slow', 'm')).length).toBe(2);
    await task.close();
  });

  it('keeps what a rollback, a failed statement and a trigger leave in it', async () => {
    await bed.createDatabase('mixed');
    await createTable('mixed.m', '(k INT PRIMARY KEY, v INT) ENGINE=MyISAM');
    await createTable('mixed.l', '(k INT, v INT) ENGINE=MyISAM');
    await createTable('mixed.i', '(k INT PRIMARY KEY, v INT) ENGINE=InnoDB');
    await bed.source(
      'CREATE TRIGGER mixed.t AFTER INSERT ON mixed.i FOR EACH ROW INSERT INTO mixed.l VALUES (NEW.k, NEW.v)',
    );
    const { task } = await follow('mixed');
    await bed.source(
      'BEGIN',
      'INSERT INTO mixed.i VALUES (1, 1)',
      'INSERT INTO mixed.m VALUES (1, 1), (2, 2)',
      'UPDATE mixed.m JOIN mixed.i ON mixed.i.k = 1 SET mixed.m.v = 5, mixed.i.v = 5',
      'ROLLBACK',
      'BEGIN',
      'INSERT INTO mixed.i VALUES (2, 2)',
      'SAVEPOINT s',
      'INSERT INTO mixed.i VALUES (3, 3)',
      'DELETE FROM mixed.m WHERE k = 1',
      'ROLLBACK TO s',
      'INSERT INTO mixed.m VALUES (4, 4)',
      'COMMIT',
    );
    await tryStatement(bed.admin, 'INSERT INTO mixed.m VALUES (8, 8), (9, 9), (2, 2), (10, 10)');
    await tryStatement(bed.admin, 'UPDATE mixed.m SET k = k + 1 ORDER BY k DESC');
    await tryStatement(bed.admin, 'UPDATE mixed.m SET k = IF(k = 3, 30, 5) ORDER BY k');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(await bed.sourceRows('mixed', 'i')).toEqual(['["2","2"]']);
    expect(await bed.sourceRows('mixed', 'l')).toEqual(['["1","1"]', '["2","2"]', '["3","3"]']);
    expect((await bed.sourceRows('mixed', 'm')).length).toBe(4);
    await bed.expectEqual('mixed', 'm', 'l', 'i');
    await task.close();
  });

  it('keeps its engine or gets another one, is suspended by REPAIR TABLE, and comes back', async () => {
    await bed.createDatabase('life');
    await createTable('life.t', '(k INT PRIMARY KEY, v INT) ENGINE=MyISAM');
    await createTable('life.i', '(k INT PRIMARY KEY, v INT) ENGINE=InnoDB');
    const made = await follow('life');
    await bed.source(
      'INSERT INTO life.t VALUES (1, 1), (2, 2)',
      'REPAIR TABLE life.i',
      'OPTIMIZE TABLE life.t',
      'ALTER TABLE life.t ENGINE = InnoDB',
    );
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.source('REPAIR TABLE life.t', 'INSERT INTO life.t VALUES (3, 3)');
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(reasonOf(made, 'life.t')).toBeUndefined();
    await bed.expectEqual('life', 't', 'i');
    await bed.source('ALTER TABLE life.t ENGINE = MyISAM');
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.source('TRUNCATE life.t', 'INSERT INTO life.t VALUES (4, 4)', 'REPAIR TABLE life.t');
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(reasonOf(made, 'life.t')).toMatch(/it was repaired/);
    expect(reasonOf(made, 'life.i')).toBeUndefined();
    await bed.source('INSERT INTO life.t VALUES (5, 5)');
    await made.task.resync(['life.t']);
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('life', 't', 'i');
    await made.task.close();
  });

  it('is suspended when it was changed through a MERGE table, not when a trigger opened it', async () => {
    await bed.createDatabase('merged');
    await createTable('merged.m', '(k INT PRIMARY KEY, v INT) ENGINE=MyISAM');
    await createTable('merged.n', '(k INT PRIMARY KEY, v INT) ENGINE=MyISAM');
    const made = await follow('merged');
    await bed.source(
      'CREATE DATABASE over_merged',
      'CREATE TABLE over_merged.f (k INT PRIMARY KEY, v INT) ENGINE=MyISAM',
      `CREATE TRIGGER over_merged.g AFTER INSERT ON over_merged.f FOR EACH ROW
       BEGIN IF NEW.k > 100 THEN INSERT INTO merged.n VALUES (NEW.k, NEW.v); END IF; END`,
      'CREATE TABLE over_merged.u (k INT PRIMARY KEY, v INT) ENGINE=MERGE UNION=(merged.m) INSERT_METHOD=LAST',
      'INSERT INTO over_merged.f VALUES (1, 1), (101, 1)',
      'INSERT INTO merged.m VALUES (1, 1)',
    );
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('merged', 'm', 'n');
    await bed.source('INSERT INTO over_merged.u VALUES (2, 2)', 'INSERT INTO over_merged.f VALUES (2, 2)');
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(reasonOf(made, 'merged.m')).toMatch(/through a MERGE table/);
    expect(reasonOf(made, 'merged.n')).toBeUndefined();
    await made.task.close();
  });

  it('is suspended by name when the user of the task may not lock it', async () => {
    await bed.createDatabase('unlockable');
    await createTable('unlockable.m', '(k INT PRIMARY KEY, v INT) ENGINE=MyISAM');
    await createTable('unlockable.i', '(k INT PRIMARY KEY, v INT) ENGINE=InnoDB');
    await bed.source(
      `CREATE USER reader@'%' IDENTIFIED BY 'a-password-1'`,
      `GRANT REPLICATION CLIENT, REPLICATION SLAVE, SELECT ON *.* TO reader@'%'`,
      'INSERT INTO unlockable.i VALUES (1, 1)',
    );
    const source = { ...loginOf(bed.server), username: 'reader', password: 'a-password-1' };
    const made = await follow('unlockable', { source });
    expect(reasonOf(made, 'unlockable.m')).toMatch(/GRANT LOCK TABLES ON unlockable\.\*/);
    await bed.expectEqual('unlockable', 'i');
    await made.task.close();
  });

  it('is emptied with its server where it is in memory', async () => {
    await bed.createDatabase('volatile');
    await createTable('volatile.m', '(k INT PRIMARY KEY, v INT) ENGINE=MEMORY');
    await bed.source('INSERT INTO volatile.m VALUES (1, 1)');
    const before = await follow('volatile');
    await bed.expectEqual('volatile', 'm');
    await before.task.close();
    await bed.restartServer();
    expect(await bed.rows('SELECT * FROM volatile.m')).toEqual([]);
    await bed.source('INSERT INTO volatile.m VALUES (2, 2)');
    const after = await follow('volatile');
    expect(await bed.targetRows('volatile', 'm')).toEqual(['["2","2"]']);
    await after.task.close();
  });
});
