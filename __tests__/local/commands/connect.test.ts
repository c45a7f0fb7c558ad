/** What `npm run connect -- s3` prints, run by the client that it is for, against the real gateway. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { command as connect } from '../../../local/commands/connect';
import { startGateway } from '../../../local/protocol/gateway';
import type { GatewayService } from '../../../local/protocol/service';
import { findProgram } from '../../../local/runtime/find-program';
import type { Body } from '../../../local/services/s3/object-file';
import { S3Service } from '../../../local/services/s3/s3-service';
import { StateFolder } from '../../../local/state/state-folder';
import { typed } from '../../support/typed';

const KEY = 'rejected/txns/2026-01-31T12:00:00.000Z.csv';
const withAws = findProgram('aws') === undefined ? it.skip : it;

async function* bytes(text: string): Body {
  yield Buffer.from(text);
  return { checksums: {} };
}

withAws(
  'the AWS CLI fetches what was rejected by the command that is printed (needs aws)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cdc-connect-'));
    const region = 'us-east-1';
    const s3 = await S3Service.open(join(folder, 's3'));
    const gateway = await startGateway({
      services: new Map<string, GatewayService>([['s3', s3]]),
      signing: { region },
    });
    const dataDir = join(folder, 'state of a person');
    const state = await StateFolder.open(dataDir);
    const printed: string[] = [];
    jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
    try {
      s3.store.createBucket('cdc-dev-1-data');
      await s3.store.put('cdc-dev-1-data', KEY, bytes('a row'));
      const { accessKeyId, secretAccessKey } = gateway.registerCaller('operator');
      state.writeRuntimeInfo({
        pid: process.pid,
        controlEndpoint: 'http://127.0.0.1:1',
        controlToken: '',
        gatewayEndpoint: gateway.endpoint,
        accessKeyId,
        secretAccessKey,
        region,
      });
      await connect(typed('connect', 's3', '--data-dir', dataDir));
      const [, copy = ''] = (printed[0] ?? '').split('\n');
      expect(copy).not.toContain(secretAccessKey);
      // Not spawnSync: the gateway is in this process.
      await promisify(execFile)('bash', ['-c', copy], { cwd: folder });
      expect(readFileSync(join(folder, KEY), 'utf8')).toBe('a row');
    } finally {
      jest.restoreAllMocks();
      state.release();
      await gateway.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  30_000,
);
