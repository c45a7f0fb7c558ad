/**
 * DynamoDB Local, with its data and streams in a folder.
 *
 * It checks no signature: whoever may connect and knows an access key has that key's database. So it listens on the
 * loopback address only, and the pipeline's tables are in the database of a random access key that is kept in the
 * folder, readable by its owner. Another user of the machine can still connect, under a key of their own: they see an
 * empty database, and can fill the disk with tables of theirs.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { engineEnvironment } from '../../runtime/engine-environment';
import { EngineProcess } from '../../runtime/engine-process';
import { findProgram } from '../../runtime/find-program';
import { freePort } from '../../runtime/free-port';
import type { DynamodbLocal } from '../../runtime/ports/dynamodb-local';
import { waitUntil } from '../../runtime/wait-until';
import { stopLeftover } from '../../state/leftover-process';
import { writeFileAtomically } from '../../state/write-atomically';
import { emulatorFolder, listeningArguments } from './emulator';

/** Each pair of access key and region has a database; this is ours, wherever the deployment's region is. */
const REGION = 'us-east-1';

export interface DynamodbLocalOptions {
  readonly folder: string;
  /** Called when it ends although nothing stopped it, with why. */
  readonly onUnexpectedEnd?: (failure: string) => void;
}

/** Starts the server on a free port and waits until it answers. Its data survives `stop()`. */
export async function startDynamodbLocal(options: DynamodbLocalOptions): Promise<DynamodbLocal> {
  const java = findProgram('java');
  if (java === undefined) {
    throw new Error(
      'Java 11 or later is not installed. On Debian or Ubuntu: apt-get install default-jre-headless',
    );
  }
  const folder = resolve(options.folder);
  const emulator = emulatorFolder();
  const dataFolder = join(folder, 'data');
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const pidFile = join(folder, 'server.pid');
  await stopLeftover(pidFile, folder);
  const accessKeyId = keepAccessKey(join(folder, 'access-key'));
  takeOverSharedDatabase(dataFolder, accessKeyId);
  const port = await freePort();
  const server = EngineProcess.start({
    name: 'DynamoDB Local',
    command: java,
    args: [
      '-Xmx512m',
      // A server that lives for minutes: the quick compiler and the plain collector start it at half the CPU time
      // (4 s for 8 s), and at 3,000 puts it is still ahead (16 s for 23 s).
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      `-Djava.library.path=${join(emulator, 'DynamoDBLocal_lib')}`,
      ...listeningArguments({ emulator, port, dataFolder, configurationFile: join(folder, 'server.xml') }),
    ],
    env: engineEnvironment(),
    logFile: join(folder, 'server.log'),
    pidFile,
    // It leaves a file with an id of its installation.
    workingFolder: folder,
    ...(options.onUnexpectedEnd === undefined ? {} : { onUnexpectedEnd: options.onUnexpectedEnd }),
  });
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await waitUntil(
      // Any answer, also "missing authentication token", says that it listens.
      async () => (await fetch(endpoint)).status > 0,
      { what: 'DynamoDB Local to answer', timeoutMs: 60_000, failure: () => server.failure() },
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  server.markUp();
  return { endpoint, accessKeyId, region: REGION, stop: () => server.stop() };
}

/** Letters and digits only: the key is part of a file's name, and DynamoDB Local refuses others. */
function keepAccessKey(file: string): string {
  if (!existsSync(file))
    writeFileAtomically(file, `AKIA${randomBytes(16).toString('hex').toUpperCase()}`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/**
 * Earlier versions kept one database for all keys, which any key opened. It gets the name of our key's database, whose
 * tables and streams are then the same ones.
 */
function takeOverSharedDatabase(dataFolder: string, accessKeyId: string): void {
  const shared = join(dataFolder, 'shared-local-instance.db');
  const own = join(dataFolder, `${accessKeyId}_${REGION}.db`);
  if (!existsSync(shared) || existsSync(own)) return;
  // A killed server leaves a journal beside the file, which SQLite finds by the file's name; so it goes first.
  for (const suffix of ['-journal', '-wal', '-shm'])
    if (existsSync(shared + suffix)) renameSync(shared + suffix, own + suffix);
  renameSync(shared, own);
}
