/** What functions log leaves the account where a setting says so: names, counts and positions, and no value of a row. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { PipelineError } from '../../pipeline/errors';
import { withTelemetry } from '../../pipeline/telemetry';
import { withValuesLeftOut } from '../../pipeline/values-left-out';

const root = join(__dirname, '..', '..');

/** As mysql2 throws it. */
const ofDriver = () =>
  Object.assign(new Error("Duplicate entry 'O'Brien' for key 'PRIMARY'"), {
    code: 'ER_DUP_ENTRY',
    errno: 1062,
    sql: "INSERT INTO people VALUES ('O''Brien')",
    sqlState: '23000',
    sqlMessage: "Duplicate entry 'O'Brien' for key 'PRIMARY'",
  });

describe("a driver's error", () => {
  it('is logged and thrown with its code, and without the statement and the values that it quotes', async () => {
    const lines: string[] = [];
    const spies = [process.stdout, process.stderr].map((stream) =>
      jest.spyOn(stream, 'write').mockImplementation((text) => lines.push(String(text)) > 0),
    );
    const handler = withTelemetry('ingest-txns', async () => {
      throw new Error('the rows could not be written', { cause: ofDriver() });
    });
    const thrown = await handler({}, {} as Context).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    for (const spy of spies) spy.mockRestore();
    const logged = lines.find((line) => line.includes('"failed"'));
    expect(logged).toContain('ER_DUP_ENTRY');
    expect(logged).toContain("Duplicate entry '…'");
    for (const text of [...lines, JSON.stringify(thrown?.cause), String(thrown?.stack)])
      expect(text).not.toContain('Brien');
    expect(thrown?.message).toBe('the rows could not be written');
    expect(thrown?.cause).toMatchObject({ code: 'ER_DUP_ENTRY', errno: 1062 });
  });

  it('of our own making stays the error that it is', () => {
    const own = new PipelineError({ code: 'SETTINGS_INVALID', disposition: 'halt', message: "no 'x'" });
    expect(withValuesLeftOut(own)).toBe(own);
    expect(withValuesLeftOut(ofDriver()).stack).not.toContain('Brien');
  });
});

describe('a log line', () => {
  /**
   * Names of tables, columns, files and things of AWS; counts, times, codes and positions; reasons in our own words. None is
   * called `message`: the line has one of its own, which would take its place.
   */
  const MEMBERS = [
    'action',
    'change',
    'code',
    'column',
    'columns',
    'elapsedMs',
    'files',
    'firstCode',
    'firstColumn',
    'firstLine',
    'flagged',
    'isDone',
    'items',
    'key',
    'keyHash',
    'kind',
    'lagMs',
    'line',
    'movedTo',
    'outcome',
    'partCount',
    'reason',
    'rejected',
    'rejectedKey',
    'rows',
    'skipped',
    'statement',
    'status',
    'table',
    'unreadable',
    'batchId',
    'deleted',
    'upserted',
    'freshnessSeconds',
    'proofAgeSeconds',
    'databases',
    'tables',
    'users',
    'binlogRetentionHours',
    'schemas',
    'setUp',
    'found',
    'operation',
  ];

  it('has only members that name, count or place something', () => {
    const found = ['handlers', 'pipeline/ingest'].flatMap((folder) =>
      readdirSync(join(root, folder)).flatMap((file) =>
        [
          ...readFileSync(join(root, folder, file), 'utf8').matchAll(
            /telemetry\.(?:report|warn)\(([^;]*?)\);?\n/gs,
          ),
        ].flatMap(([, given = '']) => membersOf(given)),
      ),
    );
    expect(new Set(found).size).toBeGreaterThan(15);
    expect([...new Set(found)].filter((member) => !MEMBERS.includes(member))).toEqual([]);
  });

  /** `{ table, rows: count, ...others }` has `table` and `rows`. */
  function membersOf(call: string): string[] {
    const [, body = ''] = /\{(.*)\}/s.exec(call) ?? [];
    return body
      .replaceAll(/\([^()]*\)|\{[^{}]*\}|'[^']*'|`[^`]*`/g, '_')
      .split(',')
      .map((part) => /^\s*([A-Za-z]\w*)\s*(?:$|:)/.exec(part)?.[1])
      .filter((name): name is string => name !== undefined);
  }
});
