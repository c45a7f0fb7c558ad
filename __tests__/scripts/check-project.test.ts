import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkProject } from '../../scripts/check-project.mjs';

const root = join(__dirname, '..', '..');

describe("the project's own files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-project-'));
    for (const name of ['cdktf.json', 'seed-data', 'tables'])
      cpSync(join(root, name), join(folder, name), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const check = (environment?: string): string[] =>
    checkProject({ folder, tables: join(folder, 'tables'), environment });

  it('are well as they came', () => {
    expect(check()).toEqual([]);
    expect(check('prod')).toEqual([]);
  });

  it('that are missing or broken are named, all at once, with where and what to do', () => {
    const text = '{\n  "language": "typescript",\n  oops\n}';
    writeFileSync(join(folder, 'cdktf.json'), text);
    rmSync(join(folder, 'seed-data', 'txns.csv'));
    writeFileSync(join(folder, 'seed-data', 'trades.json'), 'ticker,price\n');
    const [settings = '', txns = '', trades = '', ...others] = check();
    expect(others).toEqual([]);
    expect(settings).toContain(`${join(folder, 'cdktf.json')} is no JSON: `);
    expect(settings).toMatch(/line 3,? column 3/);
    expect(txns).toMatch(/txns\.csv is missing\. git checkout -- seed-data\/txns\.csv restores/);
    expect(trades).toMatch(/trades\.json begins with "ticker,price.*expected is JSON/);
    rmSync(join(folder, 'cdktf.json'));
    expect(check()[0]).toMatch(/cdktf\.json is missing.*git checkout/);
  });

  it('name the environments there are for one that is not', () => {
    expect(check('prdo')).toEqual([
      expect.stringMatching(
        /^there is no environment prdo in cdktf\.json\. Did you mean prod\? It has: dev, prod.*CDC_ENVIRONMENT$/,
      ),
    ]);
  });

  it('need no seed of a table that is not in the catalogue; a folder is no seed', () => {
    rmSync(join(folder, 'tables', 'txns.json'));
    rmSync(join(folder, 'seed-data'), { recursive: true });
    mkdirSync(join(folder, 'seed-data', 'trades.json'), { recursive: true });
    expect(check()).toEqual([expect.stringMatching(/trades\.json is not a file/)]);
  });
});
