import fc from 'fast-check';
import type { Connection } from 'mysql2';
import type { Failpoint } from '../../../../../local/runtime/ports/replication-task';
import { waitUntil } from '../../../../../local/runtime/wait-until';
import { queryRows } from '../../../../../local/services/dms/binlog/binlog-stream';
import { isPredicted } from '../../../../../local/services/dms/task/alter-prediction';
import type { MappedTable } from '../../../../../local/services/dms/task/mapped-table';
import { readTable } from '../../../../../local/services/dms/task/source-catalogue';
import { openSource } from '../../../../../local/services/dms/task/source-connection';
import { structureFingerprint } from '../../../../../local/services/dms/task/source-table';
import { parseStatement } from '../../../../../local/services/dms/task/statement/parse-statement';
import { predictColumns } from '../../../../../local/services/dms/task/statement/predict-columns';
import { dialectOf, typeModesOf } from '../../../../../local/services/dms/task/statement/sql-tokens';
import { newTaskTable, type TaskContext } from '../../../../../local/services/dms/task/task-context';
import { suspendUnloggedChanges } from '../../../../../local/services/dms/task/unlogged-changes';
import { assertRuns } from '../../../../support/proof';
import { EXTRA, PLAIN, SCHEMA_CHANGES, type SchemaChangeCase, SOURCE, TARGET } from './schema-change-cases';
import { loginOf, selectAll, settings, TaskBed, type TestTask, TIMEOUT_MS } from './task-bed';
import { TYPE_SPELLINGS } from './type-spellings';

/** Distributed transactions of one session, one after the other. */
class WovenSession {
  private state: 'none' | 'begun' | 'prepared' = 'none';
  private xid = '';
  private id = 0;

  private constructor(
    private readonly connection: Connection,
    /** Statements that write the rows of one number, and the number. */
    private readonly rows: () => { readonly id: number; readonly statements: readonly string[] },
  ) {}

  static async open(bed: TaskBed, rows: WovenSession['rows']): Promise<WovenSession> {
    return new WovenSession(await openSource(async () => loginOf(bed.server)), rows);
  }

  /** One step further. @returns the numbers whose rows are committed by it */
  async go(way: 'prepare' | 'one phase' | 'roll back'): Promise<number[]> {
    const { state, xid } = this;
    if (state === 'none') return this.begin();
    if (state === 'begun' && way === 'prepare') {
      this.state = 'prepared';
      await this.run(`XA END '${xid}'`, `XA PREPARE '${xid}'`);
      return [];
    }
    this.state = 'none';
    if (state === 'begun') await this.run(`XA END '${xid}'`);
    const isKept = way !== 'roll back';
    const onePhase = state === 'begun' ? ' ONE PHASE' : '';
    await this.run(isKept ? `XA COMMIT '${xid}'${onePhase}` : `XA ROLLBACK '${xid}'`);
    return isKept ? [this.id] : [];
  }

  private async begin(): Promise<number[]> {
    const { id, statements } = this.rows();
    this.id = id;
    this.xid = `woven ${id}`;
    this.state = 'begun';
    await this.run(`XA START '${this.xid}'`, ...statements);
    return [];
  }

  async end(): Promise<number[]> {
    return this.state === 'none' ? [] : this.go('one phase');
  }

  close(): void {
    this.connection.destroy();
  }

  private async run(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await queryRows(this.connection, statement);
  }
}

/** Thirty tables are copied and altered, each in transactions of its own. */
const MANY_TABLES_MS = 3 * TIMEOUT_MS;

describe('a change of the source', () => {
  let bed: TaskBed;
  beforeEach(() => jest.setTimeout(180_000));
  beforeAll(async () => {
    bed = await TaskBed.start();
  });
  afterAll(async () => {
    await bed?.stop();
  });

  const follow = async (
    name: string,
    options: Parameters<TaskBed['task']>[1] = {},
    timeoutMs = TIMEOUT_MS,
  ): Promise<TestTask> => {
    const made = await bed.task(name, options);
    made.task.start(made.task.describe().status === 'ready' ? 'start-replication' : 'resume-processing');
    await made.task.waitUntilApplied({ timeoutMs });
    return made;
  };
  const createTable = async (table: string, source = SOURCE, target = TARGET): Promise<void> => {
    await bed.source(
      `CREATE TABLE ${table} (${source})`,
      `INSERT INTO ${table} (id, v, n) VALUES (1, 'a', 1), (2, NULL, NULL)`,
    );
    await bed.target(`CREATE TABLE ${table} (${target})`);
  };
  const stateOf = ({ task }: TestTask, table: string) =>
    task.describe().tables.find((one) => one.table === table);
  /** By name: the source may have its columns in another order. */
  const expectSame = async (database: string, table: string, without = ''): Promise<void> => {
    const [row] = (await bed.rows(
      `SELECT GROUP_CONCAT(column_name ORDER BY column_name) AS names FROM information_schema.columns WHERE table_schema = '${database}' AND table_name = '${table}' AND column_name <> '${without}'`,
    )) as { names: string }[];
    const names = row?.names ?? '';
    // The driver makes an object of JSON.
    const texts = names.replace(/\bdocument\b/, 'CAST(document AS CHAR) AS document');
    const source = (await bed.rows(`SELECT ${texts} FROM ${database}.${table} ORDER BY id, v`)) as object[];
    const target = await bed.target(`SELECT ${names} FROM ${database}.${table} ORDER BY id, v`);
    const text = (value: unknown): string | null => (value === null ? null : String(Number(value) || value));
    expect([table, target.map((one) => one.map(text))]).toEqual([
      table,
      source.map((one) => Object.values(one).map(text)),
    ]);
  };

  it('is applied, or suspends its own table with a reason while others go on', async () => {
    const cases = SCHEMA_CHANGES.filter(({ only }) => only === undefined || only === bed.server.flavour);
    await bed.createDatabase('ddl');
    await bed.source(
      'CREATE DATABASE other',
      'CREATE TABLE other.log (id INT)',
      'CREATE TABLE other.parent (id INT PRIMARY KEY)',
    );
    await bed.source('INSERT INTO other.parent VALUES (1), (2)');
    const comesLater = ({ source, target }: SchemaChangeCase): boolean =>
      target === EXTRA && source?.includes('extra INT AS') !== true;
    for (const [index, one] of cases.entries())
      await createTable(`ddl.t${index}`, one.source, comesLater(one) ? TARGET : one.target);
    const first = await follow('ddl', {}, MANY_TABLES_MS);
    // Set-up brings the column of the catalogue to the warehouse before the source has it.
    for (const [index, one] of cases.entries())
      if (comesLater(one)) await bed.target(`ALTER TABLE ddl.t${index} ADD COLUMN extra INTEGER`);
    for (const [index, { statements, fails }] of cases.entries())
      for (const [at, text] of statements.entries()) {
        const done = bed.source(text.replaceAll('{t}', `ddl.t${index}`).replaceAll('{n}', `t${index}`));
        if (at === fails) await expect(done).rejects.toThrow();
        else await done;
      }
    await first.task.waitUntilApplied({ timeoutMs: MANY_TABLES_MS });
    for (const [index, one] of cases.entries()) {
      const { what, outcome } = one;
      const state = stateOf(first, `ddl.t${index}`);
      if (outcome === 'equal') {
        expect([what, state?.suspendedBecause ?? 'equal']).toEqual([what, 'equal']);
        await expectSame('ddl', `t${index}`);
      } else if (outcome === 'ignored') {
        expect([what, state?.suspendedBecause ?? 'ignored']).toEqual([what, 'ignored']);
        await expectSame('ddl', `t${index}`, 'extra');
        expect(first.events).toContainEqual(
          expect.objectContaining({ type: 'table-altered', table: `ddl.t${index}`, ignored: ['extra'] }),
        );
        // Set-up brings it once the catalogue has it; rows that are there have values in it.
        if (!comesLater(one)) await bed.target(`ALTER TABLE ddl.t${index} ADD COLUMN extra INTEGER`);
      } else
        expect([what, state?.suspendedBecause ?? 'equal']).toEqual([what, expect.stringMatching(outcome)]);
    }
    expect(first.task.describe().status).toBe('running');
    await first.task.close();

    // At each start it says so again, and the others continue with the structure that they have now.
    const again = await follow('ddl', {}, MANY_TABLES_MS);
    const suspended = cases.flatMap(({ outcome }, index) =>
      outcome instanceof RegExp ? [`ddl.t${index}`] : [],
    );
    const told = again.events.flatMap((event) => (event.type === 'table-suspended' ? [event.table] : []));
    expect(told.sort()).toEqual(suspended.sort());
    for (const [index, { outcome }] of cases.entries())
      if (outcome === 'ignored') await expectSame('ddl', `t${index}`);
    await again.task.close();
  });

  it('that was logged as text suspends what it may have changed, by triggers too', async () => {
    const asText = (text: string): Promise<void> =>
      bed.source('SET SESSION binlog_format = STATEMENT', text, 'SET SESSION binlog_format = ROW');
    for (const name of ['texted', 'calm']) {
      await bed.createDatabase(name);
      for (const table of ['t', 'u']) await createTable(`${name}.${table}`, SOURCE, PLAIN);
    }
    await bed.source(
      'CREATE TABLE other.traced (id INT)',
      "CREATE TRIGGER other.traces AFTER INSERT ON other.traced FOR EACH ROW INSERT INTO texted.u VALUES (NEW.id, 'traced', 1)",
    );
    const rules = ['texted', 'calm'].flatMap((name) =>
      selectAll(name).rules.map((rule) => ({ ...rule, 'rule-id': name, 'rule-name': name })),
    );
    const { task, events } = await bed.task('texted', { tableMappings: JSON.stringify({ rules }) });
    task.start('start-replication');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    // Rows that are logged as rows have those of a trigger beside them.
    await bed.source('INSERT INTO other.traced VALUES (5)');
    await asText('INSERT INTO other.log SELECT id FROM texted.t');
    await asText('DELETE FROM other.log WHERE id > 0');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('texted', 't', 'u');
    expect(events.filter(({ type }) => type === 'table-suspended')).toEqual([]);

    // Only MySQL says which databases a statement has used.
    await asText(
      bed.server.flavour === 'mysql' ? 'INSERT INTO other.traced VALUES (6)' : "UPDATE texted.t SET v = 'b'",
    );
    await bed.source("INSERT INTO calm.t VALUES (9, 'calm', 1)");
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('calm', 't', 'u');
    const reasons = task
      .describe()
      .tables.map(({ table, suspendedBecause = '' }) => [table, suspendedBecause]);
    expect(Object.fromEntries(reasons)).toEqual({
      'calm.t': '',
      'calm.u': '',
      'texted.t': expect.stringMatching(/logged as text/),
      'texted.u': expect.stringMatching(/triggers and functions/),
    });
    await task.close();
  });

  /** Altered between the look at it and the end of the binlog at a start: what was looked at was another table. */
  const expectKept = async (database: string, name: string): Promise<void> => {
    const source = await readTable(bed.admin, database, name);
    if (source === undefined) throw new Error(`${name} is gone`);
    const table = newTaskTable(`${database}.${name}`);
    table.statistics.state = 'loaded';
    table.replicated = { source, fingerprint: structureFingerprint(source) } as MappedTable;
    const expected = new Map([[table, { by: await bed.binlogEnd(), fingerprint: 'of the table before' }]]);
    const tables = new Map([[table.name, table]]);
    const context = { expected, tables, readLogin: async () => bed.login } as unknown as TaskContext;
    for (const left of [1, 0]) {
      await suspendUnloggedChanges(context, await bed.binlogEnd());
      expect([table.statistics.state, expected.size]).toEqual(['loaded', left]);
    }
  };

  it('is applied when the task comes to it, not when it starts', async () => {
    await bed.createDatabase('asleep');
    for (const name of ['once', 'twice', 'added', 'unlogged', 'same']) await createTable(`asleep.${name}`);
    const keyless = SOURCE.replace(' PRIMARY KEY', '');
    for (const name of ['keyed', 'hidden']) await createTable(`asleep.${name}`, keyless);
    for (const name of ['unkeyed', 'nullable'])
      await createTable(`asleep.${name}`, `${keyless}, UNIQUE one (id)`);
    const { task } = await follow('asleep');
    await task.close();
    for (const name of ['first', 'second'])
      await bed.target(`ALTER TABLE asleep.added ADD COLUMN ${name} INTEGER`);
    await bed.source(
      "INSERT INTO asleep.once VALUES (3, 'before', 1)",
      'ALTER TABLE asleep.once MODIFY n DECIMAL(12,3)',
      'INSERT INTO asleep.once VALUES (4, NULL, 1.125)',
      'ALTER TABLE asleep.twice MODIFY n DECIMAL(12,3)',
      'INSERT INTO asleep.twice VALUES (4, NULL, 1.125)',
      'ALTER TABLE asleep.twice MODIFY n DECIMAL(14,4)',
      'ALTER TABLE asleep.added ADD COLUMN second INT DEFAULT 7',
      "INSERT INTO asleep.added VALUES (3, 'between', NULL, 8)",
      'ALTER TABLE asleep.added ADD COLUMN first INT DEFAULT 6 FIRST',
      'UPDATE asleep.added SET second = 9 WHERE id = 1',
      'ALTER TABLE asleep.added ADD COLUMN ignored INT AFTER first',
      "INSERT INTO asleep.added VALUES (1, 2, 4, 'last', NULL, 8)",
      // The key that there is in the end distinguishes rows only since the last statement.
      ...[
        ['keyed', 'COMMENT = "x"', 'ADD PRIMARY KEY (id)'],
        ['unkeyed', 'DROP INDEX one', 'ADD PRIMARY KEY (id)'],
        ['nullable', 'MODIFY id INT', 'MODIFY id INT NOT NULL'],
        ['hidden', 'MODIFY id INT NOT NULL', 'ADD UNIQUE (id)'],
      ].flatMap(([name, before, after]) => [
        `ALTER TABLE asleep.${name} MODIFY n DECIMAL(12,3)`,
        `ALTER TABLE asleep.${name} ${before}`,
        `INSERT INTO asleep.${name} VALUES ${name === 'nullable' ? "(NULL, 'x', 1), (NULL, 'y', 1)" : "(3, 'x', 1), (3, 'y', 1)"}`,
        `DELETE FROM asleep.${name} WHERE v = 'y'`,
        `UPDATE asleep.${name} SET id = 3 WHERE v = 'x'`,
        `ALTER TABLE asleep.${name} ${after}`,
      ]),
      'SET SESSION sql_log_bin = 0',
      'ALTER TABLE asleep.unlogged CONVERT TO CHARACTER SET latin1',
      'SET SESSION sql_log_bin = 1',
    );
    const again = await follow('asleep');
    await expectSame('asleep', 'once');
    await expectSame('asleep', 'same');
    expect(stateOf(again, 'asleep.added')?.suspendedBecause).toBeUndefined();
    await expectSame('asleep', 'added', 'ignored');
    expect(stateOf(again, 'asleep.once')?.state).toBe('loaded');
    expect(stateOf(again, 'asleep.twice')?.suspendedBecause).toMatch(/altered again before/);
    expect(stateOf(again, 'asleep.unlogged')?.suspendedBecause).toMatch(/the binlog does not say how/);
    expect(stateOf(again, 'asleep.keyed')?.suspendedBecause).toBeUndefined();
    await expectSame('asleep', 'keyed');
    expect(stateOf(again, 'asleep.unkeyed')?.suspendedBecause).toMatch(/key was changed or dropped/);
    expect(stateOf(again, 'asleep.nullable')?.suspendedBecause).toMatch(/altered again before/);
    expect(stateOf(again, 'asleep.hidden')?.suspendedBecause).toMatch(/a unique index and NOT NULL together/);
    await again.task.close();
    await expectKept('asleep', 'once');

    // Rows say whether their numbers have a sign; MariaDB's have to be asked to.
    const running = await follow('asleep');
    await bed.source(
      'SET GLOBAL binlog_row_metadata = MINIMAL',
      'SET SESSION sql_log_bin = 0',
      'ALTER TABLE asleep.added MODIFY second INT UNSIGNED',
      'SET SESSION sql_log_bin = 1',
      "INSERT INTO asleep.added (id, v, second) VALUES (77, 'unsigned', 4000000000)",
      'SET GLOBAL binlog_row_metadata = DEFAULT',
    );
    await running.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(stateOf(running, 'asleep.added')?.suspendedBecause).toMatch(/another type in column second/);
    await running.task.close();

    // The binlog has nothing behind the checkpoint.
    await bed.source(
      'SET SESSION sql_log_bin = 0',
      'ALTER TABLE asleep.same MODIFY n DECIMAL(10,2) UNSIGNED',
      'SET SESSION sql_log_bin = 1',
    );
    const third = await follow('asleep');
    expect(stateOf(third, 'asleep.same')?.suspendedBecause).toMatch(/the binlog does not say how/);
    await third.task.close();
  });

  it('that is taken back, prepared or left to others is replicated as it ends', async () => {
    await bed.createDatabase('ends');
    for (const name of ['t', 'u']) await createTable(`ends.${name}`, SOURCE, PLAIN);
    const xa = (name: string, id: number, ...end: readonly string[]): string[] => [
      `XA START '${name}'`,
      `INSERT INTO ends.t VALUES (${id}, '${name}', NULL)`,
      `XA END '${name}'`,
      ...end,
    ];
    const { task } = await follow('ends');
    await bed.source(
      ...[
        'BEGIN',
        "INSERT INTO ends.t VALUES (10, 'undone', 1)",
        'CREATE TEMPORARY TABLE ends.tt (a INT)',
        'ROLLBACK',
      ],
      ...[
        'BEGIN',
        "INSERT INTO ends.t VALUES (11, 'kept', 1)",
        'SAVEPOINT `an é`',
        "INSERT INTO ends.t VALUES (12, 'kept', 1)",
        'SAVEPOINT `an É`',
        "INSERT INTO ends.t VALUES (13, 'undone', 1)",
      ],
      ...[
        'CREATE TEMPORARY TABLE ends.t3 (a INT)',
        // To the server all of these are one name.
        'ROLLBACK TO `AN e`',
        "INSERT INTO ends.t VALUES (14, 'kept', 1)",
        'COMMIT',
      ],
      'DROP TEMPORARY TABLE IF EXISTS ends.tt, ends.t3',
      ...xa('committed', 20, "XA PREPARE 'committed'", "XA COMMIT 'committed'"),
      ...xa('rolled back', 21, "XA PREPARE 'rolled back'", "XA ROLLBACK 'rolled back'"),
      ...xa('one phase', 22, "XA COMMIT 'one phase' ONE PHASE"),
      ...xa('never', 23, "XA ROLLBACK 'never'"),
    );
    // A session that has prepared can do nothing else; the transaction outlives it.
    for (const [name, id] of [
      ['later', 24],
      ['not at all', 25],
    ] as const) {
      const connection = await openSource(async () => loginOf(bed.server));
      for (const text of xa(name, id, `XA PREPARE '${name}'`)) await queryRows(connection, text);
      connection.destroy();
    }
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('ends', 't', 'u');
    await task.close();
    // Its rows are read again from where it was prepared.
    const again = await follow('ends');
    for (const text of ["XA COMMIT 'later'", "XA ROLLBACK 'not at all'"])
      await waitUntil(() => bed.source(text).then(() => true), {
        what: 'the end of its session',
        timeoutMs: TIMEOUT_MS,
      });
    await bed.source("INSERT INTO ends.u VALUES (3, 'end', 1)");
    await again.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('ends', 't', 'u');
    expect(again.events.filter(({ type }) => type === 'table-suspended')).toEqual([]);
    await again.task.close();
  });

  /** What is done next by one of the sessions, which then is as far as its distributed transaction is. */
  const interleaved = fc.record({
    session: fc.nat({ max: 3 }),
    /** How its transaction goes on, where it can. */
    way: fc.constantFrom('prepare', 'prepare', 'one phase', 'roll back'),
    ordinary: fc.constantFrom('none', 'commit', 'roll back', 'new start'),
  });

  it('in distributed transactions that interleave in any way is replicated as they end', async () => {
    let run = 0;
    let id = 0;
    await assertRuns(
      fc.asyncProperty(fc.array(interleaved, { minLength: 12, maxLength: 24 }), async (steps) => {
        const database = `woven_${++run}`;
        await bed.createDatabase(database);
        await bed.source(
          `CREATE TABLE ${database}.keyed (id INT PRIMARY KEY, v INT)`,
          `CREATE TABLE ${database}.bag (id INT, v INT)`,
        );
        await bed.target(
          `CREATE TABLE ${database}.keyed (id INTEGER NOT NULL PRIMARY KEY, v INTEGER)`,
          `CREATE TABLE ${database}.bag (id INTEGER, v INTEGER)`,
        );
        const rows = (): { readonly id: number; readonly statements: readonly string[] } => {
          id += 1;
          const statements = [
            `INSERT INTO ${database}.keyed VALUES (${id}, 0)`,
            `INSERT INTO ${database}.bag VALUES (${id % 3}, 1), (${id % 3}, 1)`,
            `UPDATE ${database}.keyed SET v = ${id} WHERE id = ${id}`,
          ];
          return { id, statements };
        };
        const sessions = await Promise.all([0, 1, 2, 3].map(() => WovenSession.open(bed, rows)));
        const kept: number[] = [];
        let current = await follow(database);
        try {
          for (const { session, way, ordinary } of steps) {
            kept.push(...(await (sessions[session] as WovenSession).go(way)));
            if (ordinary === 'new start') {
              await current.task.close();
              current = await follow(database);
            } else if (ordinary !== 'none') {
              await bed.source('BEGIN', ...rows().statements, ordinary === 'commit' ? 'COMMIT' : 'ROLLBACK');
              if (ordinary === 'commit') kept.push(id);
            }
          }
          for (const session of sessions) kept.push(...(await session.end()));
          await current.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
          expect(await bed.target(`SELECT id, v FROM ${database}.keyed ORDER BY id`)).toEqual(
            kept.sort((a, b) => a - b).map((one) => [one, one]),
          );
          await bed.expectEqual(database, 'keyed', 'bag');
          expect(stateOf(current, `${database}.bag`)).toMatchObject({ state: 'loaded', rejected: 0 });
        } finally {
          for (const session of sessions) session.close();
          await current.task.close();
        }
      }),
      { numRuns: 3, seed: 7 },
    );
  });

  it('below the binlog is refused by name: rows that a foreign key changes', async () => {
    await bed.createDatabase('family');
    await createTable('family.parent', SOURCE, PLAIN);
    await bed.source(
      'CREATE TABLE family.child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES family.parent (id) ON DELETE CASCADE)',
      'INSERT INTO family.child VALUES (1, 1)',
    );
    await bed.target('CREATE TABLE family.child (id INTEGER NOT NULL PRIMARY KEY, p INTEGER)');
    const started = await follow('family');
    await bed.source('DELETE FROM family.parent WHERE id = 1');
    await started.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('family', 'parent');
    if (bed.server.flavour === 'mysql') await bed.expectEqual('family', 'child');
    else
      expect(stateOf(started, 'family.child')?.suspendedBecause).toMatch(
        /foreign key .* to parent \(ON DELETE CASCADE/,
      );
    await started.task.close();
  });

  it('that suspended a table is made good by a new copy, which nobody sees half', async () => {
    await bed.createDatabase('again');
    await createTable('again.t', SOURCE, PLAIN);
    await createTable('again.u', SOURCE, PLAIN);
    let crashAt = Number.POSITIVE_INFINITY;
    let batches = 0;
    const failpoint = (step: Failpoint): void => {
      if (step !== 'snapshot:batch') return;
      batches += 1;
      if (batches === crashAt) throw new Error('crash');
    };
    const options = { failpoint, settings: settings({ FullLoadSettings: { CommitRate: 2 } }) };
    const { task } = await follow('again', options);
    const rows = Array.from({ length: 400 }, (_, index) => `(${index + 10}, 'new', ${index})`).join(',');
    await bed.source(
      'CREATE TABLE other.gho LIKE again.t',
      `INSERT INTO other.gho VALUES ${rows}`,
      'RENAME TABLE again.t TO other.del, other.gho TO again.t',
    );
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(stateOf({ task, events: [] }, 'again.t')?.state).toBe('suspended');

    crashAt = batches + 3;
    await expect(task.resync(['again.x'])).rejects.toThrow(
      /has no table again\.x; it has again\.t, again\.u/,
    );
    await task.resync(['again.t']);
    await waitUntil(() => task.describe().status === 'failed', { what: 'the crash', timeoutMs: TIMEOUT_MS });
    expect(await bed.target('SELECT COUNT(*) FROM again.t')).toEqual([[2n]]);
    await task.close();

    const second = await bed.task('again', options);
    second.task.start('resume-processing');
    const seen = new Set<string>();
    await waitUntil(
      async () => {
        seen.add(String(await bed.target('SELECT COUNT(*) FROM again.t')));
        return stateOf(second, 'again.t')?.state === 'loaded';
      },
      { what: 'the new copy', timeoutMs: TIMEOUT_MS, everyMs: 5 },
    );
    expect([...seen].filter((count) => count !== '2' && count !== '400')).toEqual([]);
    await bed.source(
      "INSERT INTO again.t VALUES (1, 'after', 1)",
      "INSERT INTO again.u VALUES (3, 'after', 1)",
    );
    await second.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('again', 't', 'u');
    const copied = second.events.flatMap((event) =>
      event.type === 'snapshot-finished' ? [event.table] : [],
    );
    expect(copied).toEqual(['again.t']);
    expect(
      await bed.target("SELECT table_name FROM svv_columns WHERE table_name LIKE 'awsdms_resync%'"),
    ).toEqual([]);
    await second.task.close();
  });

  it('is known by its text however a type is written: each spelling, in ADD, MODIFY and CHANGE', async () => {
    await bed.createDatabase('spelt');
    const [first] = (await bed.rows('SELECT @@sql_mode AS modes, VERSION() AS version')) as {
      modes: string;
      version: string;
    }[];
    const wrong: string[] = [];
    let seen = 0;
    for (const [mode, bits] of [
      ['', 0n],
      ['REAL_AS_FLOAT', 1n],
      ...(bed.server.flavour === 'mariadb' ? [['ORACLE', 1n << 9n] as const] : []),
    ] as const) {
      await bed.source(`SET sql_mode = '${mode}'`);
      for (const type of TYPE_SPELLINGS.filter(
        (one) => mode === '' || /REAL|NUMBER|2\(|RAW|[CB]LOB$|^DATE$/.test(one),
      )) {
        const isSerial = type === 'SERIAL';
        const key = isSerial ? '' : 'id INT PRIMARY KEY, ';
        const clauses = ['ADD c', 'MODIFY b', 'CHANGE a d'].slice(0, isSerial ? 1 : 3);
        await bed.source('DROP TABLE IF EXISTS spelt.t', `CREATE TABLE spelt.t (${key}a INT, b TEXT)`);
        const known = await readTable(bed.admin, 'spelt', 't');
        const statement = `ALTER TABLE spelt.t ${clauses.map((clause) => `${clause} ${type}`).join(', ')}`;
        const isTaken = await bed.source(statement).then(
          () => true,
          () => false,
        );
        const now = isTaken ? await readTable(bed.admin, 'spelt', 't') : undefined;
        if (known === undefined || now === undefined) continue;
        seen += 1;
        const [effect] = parseStatement(statement, 'spelt', dialectOf(bits, first?.version ?? ''));
        const columns = predictColumns(
          known.columns.map(({ name }) => name),
          effect?.kind === 'alter' ? effect.specs : [],
        );
        if (!isPredicted(known, columns, now, typeModesOf(bits))) wrong.push(`${mode} ${type}`);
      }
    }
    await bed.source(`SET sql_mode = '${first?.modes}'`);
    expect(wrong).toEqual([]);
    expect(seen).toBeGreaterThan(TYPE_SPELLINGS.length * 0.9);
  });

  it('of a type is followed once the new target waits beside the old one, which stays until the copy is complete', async () => {
    await bed.createDatabase('rebuilt');
    await createTable('rebuilt.t', SOURCE, PLAIN);
    const made = await follow('rebuilt');
    await bed.source("UPDATE rebuilt.t SET v = '7' WHERE id = 1");
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.source(
      'ALTER TABLE rebuilt.t MODIFY n VARCHAR(20), MODIFY v INT DEFAULT 7',
      "INSERT INTO rebuilt.t VALUES (3, 5, 'text')",
    );
    await waitUntil(() => made.task.describe().status === 'failed', {
      what: 'no table to be left',
      timeoutMs: TIMEOUT_MS,
    });
    expect(stateOf(made, 'rebuilt.t')?.suspendedBecause).toContain('its column v was changed by ALTER TABLE');
    await bed.target(
      'CREATE TABLE rebuilt._cdc_rebuilt_t (id INTEGER NOT NULL, v INTEGER, n VARCHAR(80))',
      "INSERT INTO rebuilt._cdc_rebuilt_t VALUES (9, 9, 'of a copy that was broken off')",
    );
    // It fails again before it comes to the wish, which holds all the same.
    made.task.start('resume-processing');
    await made.task.resync(['rebuilt.t']);
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.source("INSERT INTO rebuilt.t VALUES (4, NULL, 'later')");
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.expectEqual('rebuilt', 't');
    expect(await bed.target('SELECT id, v, n FROM rebuilt._cdc_replaced_t ORDER BY id')).toEqual([
      [1, '7', '1.00'],
      [2, null, null],
    ]);
    expect(await bed.target("SELECT table_name FROM svv_columns WHERE table_name LIKE '%rebuilt_t'")).toEqual(
      [],
    );
    await made.task.close();
  });

  it('leaves no reader at the server when the task connects again or stops', async () => {
    await bed.createDatabase('readers');
    await createTable('readers.t', SOURCE, PLAIN);
    const { task } = await follow('readers');
    await task.stop();
    await waitUntil(
      async () =>
        (await bed.rows("SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'"))
          .length === 0,
      { what: 'the end of each reader of the binlog', timeoutMs: TIMEOUT_MS },
    );
  });
});
