/**
 * The import of each bundle in a new process and its first call, up to the answer of the first service that it asks, next to
 * an empty module.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { readStacks } from '../../deployment/terraform-json';
import { projectFolders } from '../../stacks/folders';
import type { BenchResult } from './result';

const ROOT = join(__dirname, '..', '..');
const BUNDLES = projectFolders(ROOT).bundles;
const ROUNDS = 5;
/** What a function is given; each takes of it what it knows. */
const EVENT = {
  id: 'bench',
  time: '2026-01-01T00:00:00Z',
  table: 'trades',
  key: ['bench'],
  Records: [
    {
      eventID: 'bench',
      eventName: 'INSERT',
      eventSourceARN: 'arn:aws:dynamodb:eu-central-1:123456789012:table/cdc-dev-trades/stream/1',
      dynamodb: {
        ApproximateCreationDateTime: 1_700_000_000,
        Keys: { id: { S: 'bench' } },
        NewImage: { id: { S: 'bench' }, price: { N: '1.25' } },
        SequenceNumber: '100000000000000000001',
      },
    },
  ],
};
const HOST = `
const cpuMs = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const startedAt = cpuMs();
const { handler } = require(process.argv[1]);
const importedAt = cpuMs();
const end = () => {
  const endedAt = cpuMs();
  process.stdout.write('\\n' + JSON.stringify([importedAt - startedAt, endedAt - importedAt]), () => process.exit());
};
// A refusal is not part of it: an error reads the source map.
require('node:diagnostics_channel').subscribe('http.client.response.finish', end);
const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 60_000 };
const call = async () => handler(JSON.parse(process.argv[2]), context);
call().then(end, (error) => { throw error; });`;

/** In milliseconds of processor time, which is the same on a machine that others use too. */
interface ColdStart {
  readonly importMs: number;
  readonly callMs: number;
}

export async function bench(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-cold-start-'));
  const environments = readEnvironments();
  const refusing = await startRefusing();
  try {
    const empty = join(folder, 'empty.js');
    writeFileSync(empty, 'exports.handler = () => undefined;\n');
    const floor = await bestStart(empty, {});
    // Of the API's handlers there are functions only where a setting asks for it.
    const names = readdirSync(BUNDLES).filter(
      (file) => file.endsWith('.zip') && environments.has(file.slice(0, -4)),
    );
    const results: BenchResult[] = [];
    for (const file of names) {
      const zip = join(BUNDLES, file);
      const name = file.slice(0, -4);
      const variables = { ...environments.get(name), AWS_ENDPOINT_URL: refusing.endpoint };
      const start = await bestStart(unpack(zip, join(folder, name)), variables);
      results.push(resultOf(name, { kilobytes: Math.round(statSync(zip).size / 1024), start, floor }));
    }
    return results;
  } finally {
    refusing.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly kilobytes: number;
  readonly start: ColdStart;
  readonly floor: ColdStart;
}

function resultOf(name: string, { kilobytes, start, floor }: Measured): BenchResult {
  const seconds = (start.importMs + start.callMs) / 1000;
  const floorSeconds = (floor.importMs + floor.callMs) / 1000;
  return {
    name: 'cold-start',
    shape: `${name}, ${kilobytes} KB, import ${Math.round(start.importMs)} ms, first call ${Math.round(start.callMs)} ms`,
    unit: 'cold starts',
    rows: 1,
    seconds,
    rowsPerSecond: 1 / seconds,
    floor: 'an empty module',
    floorRowsPerSecond: 1 / floorSeconds,
    ratio: floorSeconds / seconds,
  };
}

/** Takes what is put into it and refuses all else, as a service that answers at once: the call ends there. */
async function startRefusing(): Promise<{ readonly endpoint: string; readonly stop: () => void }> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'PUT') response.writeHead(200).end();
    else {
      response.writeHead(403, { 'content-type': 'application/x-amz-json-1.1' });
      response.end('{"__type":"AccessDeniedException","message":"refused"}');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { endpoint: `http://127.0.0.1:${port}`, stop };
}

/** A reference to another stack has no value here; what is checked at import is its form. */
const resolved = ([name, value]: readonly [string, string]): readonly [string, string] => {
  if (!value.includes('${')) return [name, value];
  if (name.endsWith('PORT')) return [name, '3306'];
  return [name, name.endsWith('ARN') ? 'arn:aws:service:eu-central-1:123456789012:name' : value];
};

/**
 * What a stack gives to each handler, by the handler's name; Lambda's file of authorities is not here.
 */
function readEnvironments(): Map<string, Record<string, string>> {
  const found = new Map<string, Record<string, string>>();
  for (const { resources } of readStacks(process.env.CDKTF_OUTDIR ?? join(ROOT, 'cdktf.out'))) {
    for (const { type, body } of resources) {
      if (type !== 'aws_lambda_function') continue;
      const { function_name: name, environment } = body as {
        function_name: string;
        environment?: { variables?: Record<string, string> };
      };
      const { NODE_EXTRA_CA_CERTS: _, ...variables } = environment?.variables ?? {};
      found.set(
        name.replace(/^[^-]+-[^-]+-/, ''),
        Object.fromEntries(Object.entries(variables).map(resolved)),
      );
    }
  }
  return found;
}

function unpack(zip: string, folder: string): string {
  mkdirSync(folder);
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip))))
    writeFileSync(join(folder, name), bytes);
  return join(folder, 'index.js');
}

/** The best of some rounds; the first one fills the disk's cache. */
async function bestStart(file: string, variables: Readonly<Record<string, string>>): Promise<ColdStart> {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    ...variables,
  };
  let best: ColdStart = { importMs: Number.POSITIVE_INFINITY, callMs: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round += 1) {
    const args = ['-e', HOST, file, JSON.stringify(EVENT)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    const [importMs = 0, callMs = 0] = JSON.parse(stdout.split('\n').at(-1) ?? '[]') as number[];
    if (importMs + callMs < best.importMs + best.callMs) best = { importMs, callMs };
  }
  return best;
}
