import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynamodbLocal } from '../../../../local/services/dynamodb/dynamodb-local';

describe('a copy of DynamoDB Local of the user’s own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-own-dynamodb-'));
  afterAll(() => {
    delete process.env.CDC_DYNAMODB_LOCAL;
    rmSync(folder, { recursive: true, force: true });
  });

  it('is refused by name when its folder has no such program', async () => {
    process.env.CDC_DYNAMODB_LOCAL = folder;
    await expect(startDynamodbLocal({ folder: join(folder, 'state') })).rejects.toThrow(
      `CDC_DYNAMODB_LOCAL is ${folder}, which has no DynamoDBLocal.jar and no DynamoDBLocal_lib.`,
    );
  });
});
