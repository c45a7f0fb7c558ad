/** Another user of the machine, beside a running pipeline. Where the tests run as root they become that user. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readMysqlAccess } from '../../scripts/soak/source-access';
import type { Place } from './laptop-run';

/** No account has this number, and no group. */
const STRANGER = 54_321;
const isRoot = process.getuid?.() === 0;

/** What the stranger runs: plain Node without modules of the repository, which they may not be able to read. */
const PROBE = `
const { readdirSync, writeFileSync } = require('node:fs');
const { connect } = require('node:net');
const given = JSON.parse(process.argv[1]);
const attempt = (work) => { try { work(); return 'done'; } catch (error) { return error.code; } };
const post = async (url, headers, body) => {
  const response = await fetch(url, { method: 'POST', headers, body });
  return [response.status, await response.text()];
};
const signed = (service) => ({
  authorization: 'AWS4-HMAC-SHA256 Credential=AKIASTRANGER/20260101/us-east-1/' + service + '/aws4_request, SignedHeaders=host, Signature=00',
  'content-type': 'application/x-amz-json-1.0',
});
const mysqlGreeting = (user) => new Promise((resolve) => {
  const socket = connect(given.mysqlPort, '127.0.0.1');
  let greeted = false;
  socket.on('data', (data) => {
    if (greeted) { socket.destroy(); return resolve(data[4] === 0xff ? data.readUInt16LE(5) : 'signed in'); }
    greeted = true;
    // Protocol 41, plain sign-in without a password.
    const body = Buffer.concat([Buffer.from([0x00, 0x82, 0x08, 0x00]), Buffer.alloc(4), Buffer.from([33]), Buffer.alloc(23), Buffer.from(user + '\\0'), Buffer.from([0]), Buffer.from('mysql_native_password\\0')]);
    socket.write(Buffer.concat([Buffer.from([body.length, 0, 0, 1]), body]));
  });
  socket.on('error', (error) => resolve(error.code));
});
(async () => {
  const answers = {
    uid: process.getuid(),
    list: attempt(() => readdirSync(given.dataDir)),
    write: attempt(() => writeFileSync(given.dataDir + '/intruder', 'x')),
    mysql: await Promise.all(['root', '', 'cdc_admin'].map(mysqlGreeting)),
    tables: await post(given.dynamodb, { ...signed('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.ListTables' }, '{}'),
    gateway: await post(given.gateway, { ...signed('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.ListTables' }, '{}'),
    control: await post(given.control + '/sql', { authorization: 'Bearer guessed' }, JSON.stringify({ sql: 'SELECT 1' })),
  };
  console.log(JSON.stringify(answers));
})();
`;

interface Answers {
  readonly uid: number;
  readonly list: string;
  readonly write: string;
  readonly mysql: (number | string)[];
  readonly tables: [number, string];
  readonly gateway: [number, string];
  readonly control: [number, string];
}

/** Tests for the `describe` of a pipeline that runs. */
export function describeSecondUser(placeOf: () => Pick<Place, 'dataDir'>): void {
  let dataDir: string;
  let answers: Answers;

  beforeAll(async () => {
    dataDir = placeOf().dataDir;
    const runtime = JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8')) as {
      gatewayEndpoint: string;
      controlEndpoint: string;
    };
    const configuration = readFileSync(join(dataDir, 'dynamodb', 'server.xml'), 'utf8');
    const dynamodbPort = /<Arg type="int">(\d{2,})<\/Arg>/.exec(configuration)?.[1];
    answers = await probe({
      dataDir,
      mysqlPort: readMysqlAccess(dataDir).port,
      dynamodb: `http://127.0.0.1:${dynamodbPort}`,
      gateway: runtime.gatewayEndpoint,
      control: runtime.controlEndpoint,
    });
  });

  (isRoot ? it : it.skip)('cannot enter the state folder, neither to read nor to write', () => {
    expect(answers.uid).toBe(STRANGER);
    expect([answers.list, answers.write]).toEqual(['EACCES', 'EACCES']);
  });

  it('finds the folder and what it keeps closed to all but the owner', () => {
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    const open = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => {
      // Files come and go while it runs.
      const found = statSync(join(dataDir, name), { throwIfNoEntry: false });
      return found?.isFile() === true && (found.mode & 0o077) !== 0;
    });
    // MariaDB sets the mode of its own files, in a folder that only the owner enters.
    expect(open.filter((name) => !name.startsWith(join('mysql', 'data')))).toEqual([]);
    expect(statSync(join(dataDir, 'mysql', 'data')).mode & 0o077).toBe(0);
  });

  it('signs in to MySQL under no name without a password', () => {
    // ER_ACCESS_DENIED_ERROR, or ER_SECURE_TRANSPORT_REQUIRED before the password is looked at.
    for (const answer of answers.mysql) expect([1045, 3159]).toContain(answer);
  });

  it('sees an empty database in DynamoDB Local', () => {
    expect(answers.tables).toEqual([200, '{"TableNames":[]}']);
  });

  it('is refused by the gateway and by the control port', () => {
    expect(answers.gateway[0]).toBeGreaterThanOrEqual(400);
    expect(answers.gateway[1]).not.toContain('TableNames');
    expect(answers.control[0]).toBeGreaterThanOrEqual(400);
    expect(answers.control[1]).toContain('the token is not the one of this run');
  });
}

function probe(given: object): Promise<Answers> {
  const options = { cwd: '/', ...(isRoot ? { uid: STRANGER, gid: STRANGER } : {}) };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['-e', PROBE, JSON.stringify(given)], options, (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(JSON.parse(stdout) as Answers),
    );
  });
}
