/**
 * `npm run doctor`: whether the pipeline can run on this machine, all problems at once. It changes
 * nothing. With `--aws`: whether a deploy can succeed in the account of the environment.
 */
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { freemem, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  describeMissing,
  javaVersion,
  missingPrograms,
  nodeIsNewEnough,
  OLDEST_NODE,
  packagesAreInstalled,
} from './machine.mjs';
import { root } from './run.mjs';
import { requireTypescript } from './typescript.cjs';

const MB = 1024 * 1024;
/** As local/runtime/machine-limits.ts has it for a new folder. */
const DISK_MB = 500;
/** A MySQL server, DynamoDB Local, the pipeline's process and some functions at once took 1.1 GB. */
const MEMORY_MB = 1_500;

/** @typedef {{ state: 'ok' | 'change' | 'unknown', subject: string, text: string }} Finding */

/** @param {{ flags: { aws: boolean, policy: boolean, dataDir: string } }} given */
export async function command(given) {
  if (given.flags.aws || given.flags.policy) {
    return requireTypescript('scripts/doctor-account.ts').examine(given.flags);
  }
  const findings = await examineMachine(given.flags.dataDir);
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  for (const { state, subject, text } of findings)
    console.log(
      `${state.padEnd(7)}  ${subject.padEnd(width)}  ${text.replaceAll('\n', `\n${' '.repeat(width + 11)}`)}`,
    );
  const count = (wanted) => findings.filter(({ state }) => state === wanted).length;
  console.log(`${count('change')} to change before npm start, ${count('unknown')} unknown`);
  return count('change') > 0 ? 1 : 0;
}

/** @returns {Promise<Finding[]>} */
async function examineMachine(dataDir) {
  const folder = existingFolder(resolve(dataDir));
  return [
    found(
      nodeIsNewEnough(),
      'Node',
      process.versions.node,
      `${process.versions.node}; ${OLDEST_NODE.join('.')} or later is needed`,
    ),
    packagesAreInstalled()
      ? ok('npm packages', 'as in package-lock.json')
      : ok('npm packages', 'not all as in package-lock.json; npm start installs them'),
    ...examinePrograms(),
    examineDisk(folder),
    examineMemory(),
    await examinePorts(),
    ...[...new Set([folder, root, tmpdir()])].map((place) => examineWriting(place)),
    ...['cdktf.json'].map((file) => examineJson(join(root, file), file)),
  ];
}

const ok = (subject, text) => ({ state: 'ok', subject, text });
const change = (subject, text) => ({ state: 'change', subject, text });
const unknown = (subject, text) => ({ state: 'unknown', subject, text });
const found = (isWell, subject, text, problem) => (isWell ? ok(subject, text) : change(subject, problem));

function examinePrograms() {
  const missing = missingPrograms();
  if (missing.length > 0) return [change('programs', describeMissing(missing))];
  return [ok('MySQL server', 'found'), ok('Java', String(javaVersion()))];
}

function examineDisk(folder) {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    if (blocks === 0)
      return change(
        'disk',
        `${folder} keeps no files: it is not on a disk. Name another folder with --data-dir`,
      );
    const free = Math.floor((bavail * bsize) / MB);
    return found(
      free >= DISK_MB,
      'disk',
      `${free} MB free at ${folder}`,
      `${free} MB free at ${folder}; ${DISK_MB} MB are needed to start. Free some, or name a folder on another disk with --data-dir`,
    );
  } catch (error) {
    return unknown('disk', error.message);
  }
}

function examineMemory() {
  const free = Math.floor(availableBytes() / MB);
  return found(
    free >= MEMORY_MB,
    'memory',
    `${free} MB available`,
    `${free} MB available; ${MEMORY_MB} MB are needed. End other programs first`,
  );
}

/** Linux counts what its cache would give back; elsewhere what is free. */
function availableBytes() {
  try {
    const kilobytes = /^MemAvailable: +(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
  } catch {
    return freemem();
  }
}

/** Every part takes a free port of the loopback address. */
function examinePorts() {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', (error) =>
      settle(
        change(
          'ports',
          `nothing may listen on 127.0.0.1: ${error.message}. A sandbox or a firewall forbids it`,
        ),
      ),
    );
    server.listen(0, '127.0.0.1', () => server.close(() => settle(ok('ports', 'free ones on 127.0.0.1'))));
  });
}

function examineWriting(place) {
  try {
    if (!statSync(place).isDirectory()) return change('writing', `${place} is a file, not a folder`);
    accessSync(place, constants.W_OK | constants.X_OK);
    return ok('writing', place);
  } catch (error) {
    return change(
      'writing',
      `you may not write to ${place} (${error.code}). Name another folder with --data-dir, or change its owner`,
    );
  }
}

function examineJson(file, name) {
  try {
    JSON.parse(readFileSync(file, 'utf8'));
    return ok(name, 'is JSON');
  } catch (error) {
    return change(name, `${file}: ${error.message}`);
  }
}

const existingFolder = (folder) =>
  existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(dirname(folder));
