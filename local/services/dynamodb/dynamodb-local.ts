/** DynamoDB Local, with its data and streams in a folder. */
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { EngineProcess } from '../../runtime/engine-process';
import { findProgram } from '../../runtime/find-program';
import { freePort } from '../../runtime/free-port';
import type { DynamodbLocal } from '../../runtime/ports/dynamodb-local';
import { waitUntil } from '../../runtime/wait-until';
import { stopLeftover } from '../../state/leftover-process';

/** Starts the server on a free port and waits until it answers. Its data survives `stop()`. */
export async function startDynamodbLocal(options: { readonly folder: string }): Promise<DynamodbLocal> {
  const java = findProgram('java');
  if (java === undefined) {
    throw new Error(
      'Java 11 or later is not installed. On Debian or Ubuntu: apt-get install default-jre-headless',
    );
  }
  const folder = resolve(options.folder);
  mkdirSync(join(folder, 'data'), { recursive: true });
  const pidFile = join(folder, 'server.pid');
  await stopLeftover(pidFile, folder);
  const emulator = emulatorFolder();
  const port = await freePort();
  const server = EngineProcess.start({
    name: 'DynamoDB Local',
    command: java,
    args: [
      '-Xmx512m',
      `-Djava.library.path=${join(emulator, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(emulator, 'DynamoDBLocal.jar'),
      '-port',
      String(port),
      '-dbPath',
      join(folder, 'data'),
      // One database for all regions and keys, so that every function sees the same tables.
      '-sharedDb',
      '-disableTelemetry',
    ],
    logFile: join(folder, 'server.log'),
    pidFile,
    // It leaves a file with an id of its installation.
    workingFolder: folder,
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
  return { endpoint, stop: () => server.stop() };
}

/**
 * Where `DynamoDBLocal.jar` and `DynamoDBLocal_lib` are: in the folder that CDC_DYNAMODB_LOCAL names, for those who have
 * a copy of their own, or in the npm package.
 * @throws Error when the named folder has no such files
 */
function emulatorFolder(): string {
  const own = process.env.CDC_DYNAMODB_LOCAL;
  if (own === undefined || own === '') {
    return join(
      dirname(createRequire(__filename).resolve('amplify-dynamodb-simulator/package.json')),
      'emulator',
    );
  }
  const missing = ['DynamoDBLocal.jar', 'DynamoDBLocal_lib'].filter((name) => !existsSync(join(own, name)));
  if (missing.length === 0) return resolve(own);
  throw new Error(
    `CDC_DYNAMODB_LOCAL is ${own}, which has no ${missing.join(' and no ')}. Name the folder that the archive of ` +
      'DynamoDB Local was unpacked to, or unset the variable to use the copy that npm installs.',
  );
}
