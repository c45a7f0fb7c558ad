import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askOwnPassword, ownPassword } from '../../../local/commands/own-password';
import { writeOwnSource } from '../../../local/state/own-source';

const mysql = {
  host: 'db.example.com',
  port: 3306,
  user: 'reader',
  tables: 'shop.orders',
  sslMode: 'PREFERRED',
  flavour: 'mysql',
} as const;

describe("the password of a server of one's own", () => {
  const before = process.env.MYSQL_PWD;
  let folder: string;
  let questions: string[];
  const ask = async (question: string): Promise<string> => {
    questions.push(question);
    return 'typed';
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-password-'));
    questions = [];
    delete process.env.MYSQL_PWD;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.MYSQL_PWD;
    else process.env.MYSQL_PWD = before;
    rmSync(folder, { recursive: true, force: true });
  });

  it('is asked for once by whatever starts its stopped pipeline, and is then that of the run', async () => {
    writeOwnSource(folder, { mysql });
    await askOwnPassword(folder, ask);
    expect(await ownPassword(mysql, ask)).toBe('typed');
    expect(questions).toEqual(['password for mysql://reader@db.example.com:3306: ']);
    expect(process.env.MYSQL_PWD).toBe('typed');
  });

  it('is not asked for where MYSQL_PWD has it, also an empty one, or where the folder has no such server', async () => {
    await askOwnPassword(folder, ask);
    expect(process.env.MYSQL_PWD).toBeUndefined();
    process.env.MYSQL_PWD = '';
    writeOwnSource(folder, { mysql });
    await askOwnPassword(folder, ask);
    expect(await ownPassword(mysql, ask)).toBe('');
    expect(questions).toEqual([]);
  });
});
