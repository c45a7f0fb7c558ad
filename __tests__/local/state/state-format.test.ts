import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StreamCheckpoints } from '../../../local/services/lambda/stream-mapping/stream-checkpoints';
import { StateFolder } from '../../../local/state/state-folder';
import { STATE_FORMAT } from '../../../local/state/state-format';

/** The marker as it was written before there were numbers. */
const MARKER_OF_FORMAT_1 =
  'State of a cdc pipeline on this machine. `npm start -- --fresh` deletes what is in this folder.\n';
const STREAM = 'arn:aws:dynamodb:ddblocal:000000000000:table/trades/stream/2026-11-25T10:00:00.000';
const SHARD = 'shardId-00000001795526941017-8f6e763d';
/** As the version before left it after a clean stop. */
const CHECKPOINTS_OF_FORMAT_1 = {
  streamArn: STREAM,
  drained: true,
  shards: { [SHARD]: { sequenceNumber: '000000000000000000024', finished: false } },
};

describe('the format of the state folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-format-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const marker = (): { format: number } =>
    JSON.parse(readFileSync(join(folder, '.cdc-state'), 'utf8')) as { format: number };
  const file = (): string => join(folder, 'stream-mappings', 'trades.stage.json');

  function leaveAsFormat1(): void {
    mkdirSync(join(folder, 'stream-mappings'));
    writeFileSync(join(folder, '.cdc-state'), MARKER_OF_FORMAT_1);
    writeFileSync(file(), JSON.stringify(CHECKPOINTS_OF_FORMAT_1, null, 2));
  }

  it('is the present one in a new folder', async () => {
    (await StateFolder.open(folder)).release();
    expect(marker().format).toBe(STATE_FORMAT);
  });

  it('is brought from the version before to the present one, with every checkpoint kept', async () => {
    leaveAsFormat1();
    (await StateFolder.open(folder)).release();
    expect(marker().format).toBe(STATE_FORMAT);
    const checkpoints = StreamCheckpoints.open(file(), STREAM);
    expect(checkpoints.wasDrained).toBe(true);
    expect(checkpoints.get(SHARD)).toEqual({
      sequenceNumber: '000000000000000000024',
      finished: false,
      generation: 1_795_526_941_017,
    });
  });

  it('is brought there again after a crash between the files and the number', async () => {
    leaveAsFormat1();
    (await StateFolder.open(folder)).release();
    const migrated = readFileSync(file(), 'utf8');
    writeFileSync(join(folder, '.cdc-state'), MARKER_OF_FORMAT_1);
    (await StateFolder.open(folder)).release();
    expect(readFileSync(file(), 'utf8')).toBe(migrated);
  });

  it.each([
    ['a later number', '{"format":99}', /has the state format 99, and this version knows formats up to/],
    ['no number', '{"note":"x"}', /names no state format/],
    ['other text', 'something else', /names no state format/],
  ])('with %s is refused by name, and left as it is', async (_, text, message) => {
    writeFileSync(join(folder, '.cdc-state'), text);
    writeFileSync(join(folder, 'data'), 'kept');
    await expect(StateFolder.open(folder)).rejects.toThrow(message);
    expect(readFileSync(join(folder, 'data'), 'utf8')).toBe('kept');
    expect(readFileSync(join(folder, '.cdc-state'), 'utf8')).toBe(text);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    const fresh = await StateFolder.open(folder, { fresh: true });
    fresh.release();
    expect(existsSync(join(folder, 'data'))).toBe(false);
    expect(marker().format).toBe(STATE_FORMAT);
  });
});
