import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OwnMysql, writeOwnSource } from '../../../local/state/own-source';
import { pointToFolder, startCommand, typedCommand } from '../../../local/state/typed-command';
import { descriptions } from '../../../scripts/command-line/descriptions.mjs';
import { codeOf, productFiles, textOf } from '../../support/source-graph';

describe('a command that is named to a person', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-typed-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is about the same pipeline, in words that a shell takes as they are', () => {
    expect(typedCommand('.local', 'status')).toBe('npm run status');
    expect(typedCommand(join(process.cwd(), '.local'), 'status')).toBe('npm run status');
    expect(typedCommand(join(process.cwd(), '.local-own'), 'sql')).toBe(
      'npm run sql -- --data-dir .local-own',
    );
    expect(typedCommand('/a b/c', 'resync', "my shop.o'rders")).toBe(
      "npm run resync -- 'my shop.o'\\''rders' --data-dir '/a b/c'",
    );
  });

  it('that starts it names the sources of its own, also one whose tables are all left out', () => {
    expect(startCommand('.local')).toBe('npm start');
    expect(startCommand(folder)).toBe(`npm start -- --data-dir ${folder}`);
    const mysql: OwnMysql = {
      host: '::1',
      port: 3307,
      user: 're@der',
      tables: 'shop.*',
      sslMode: 'VERIFY_CA',
      sslCa: '/my ca.pem',
      flavour: 'mysql',
    };
    const dynamodb = { endpoint: 'http://127.0.0.1:8000', region: 'local', tables: ['quotes', 'marks'] };
    const ofMysql =
      "--mysql 'mysql://re%40der@[::1]:3307' --tables 'shop.*' --ssl-mode VERIFY_CA --ssl-ca '/my ca.pem'";
    const ofDynamodb = '--dynamodb http://127.0.0.1:8000 --items quotes,marks --region local';
    const both = `npm start -- ${ofMysql} ${ofDynamodb} --data-dir ${folder}`;
    writeOwnSource(folder, { mysql, dynamodb });
    expect(startCommand(folder)).toBe(both);
    writeOwnSource(folder, { dynamodb, without: { mysql } });
    expect(startCommand(folder)).toBe(both);
    writeOwnSource(folder, { mysql, without: { dynamodb } });
    expect(startCommand(folder)).toBe(both);
  });

  it('by a function, which knows no folder, gets the flag behind its words', () => {
    const said =
      "npm run alter -- SCHEMA.TABLE, or npm run resync -- shop.orders. Or npm run resync -- 'my shop.o'\\''rders'; npm run policy";
    expect(pointToFolder(said, '.local')).toBe(said);
    expect(pointToFolder(said, '/p')).toBe(
      "npm run alter -- SCHEMA.TABLE --data-dir /p, or npm run resync -- shop.orders --data-dir /p. Or npm run resync -- 'my shop.o'\\''rders' --data-dir /p; npm run policy",
    );
  });

  it('is written nowhere in the code without its folder', () => {
    // The catalogue and the bundles are the project's, whatever the folder.
    const ofProject = ['add-table', 'remove-table'];
    const names = descriptions
      .filter(({ name, flags = {} }) => flags['data-dir'] !== undefined && !ofProject.includes(name))
      .map(({ name }) => name);
    expect(names).toContain('resync');
    // The marker's text tells the format of a folder, and stays as it is.
    const allowed = ['local/state/typed-command.ts', 'local/state/state-format.ts'];
    const named = new RegExp(`npm (?:start|run (?:${names.join('|')}))\\b`);
    const found = productFiles.filter(
      (file) => file.startsWith('local/') && !allowed.includes(file) && named.test(codeOf(textOf(file))),
    );
    expect(found).toEqual([]);
  });
});
