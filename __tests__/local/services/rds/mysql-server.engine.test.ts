import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMysqlServer } from '../../../../local/services/rds/mysql-server';

describe('the MySQL server', () => {
  let parent: string;
  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'cdc mysql '));
  });
  afterAll(() => rmSync(parent, { recursive: true }));

  test('starts in a folder with blanks in its name, also where an earlier first start was interrupted', async () => {
    const folder = join(parent, 'my data');
    const unfinished = join(folder, 'data-unfinished', 'mysql');
    mkdirSync(unfinished, { recursive: true });
    writeFileSync(join(unfinished, 'half'), '');
    const server = await startMysqlServer({ folder });
    await server.stop();
    expect(existsSync(join(folder, 'data', 'mysql', 'half'))).toBe(false);
  });
});
