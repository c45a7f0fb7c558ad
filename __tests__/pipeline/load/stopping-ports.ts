/** Ports that stop a load as a killed function does. */
import type { S3Client } from '@aws-sdk/client-s3';
import { BatchStore } from '../../../pipeline/load/batch-store';
import { DataApi, type FinishedStatement } from '../../../pipeline/warehouse/data-api';
import { BUCKET } from '../../support/warehouse-bed';

export class Stopped extends Error {}

export type StoreStep = 'copy' | 'moveToLoaded' | 'remove' | 'removeTogether' | 'writeText';

/** Stops before the named call; counts down for calls that come several times. */
export function stoppingStore(s3: S3Client, step: StoreStep, afterCalls = 0): BatchStore {
  const store = new BatchStore(s3, BUCKET);
  let calls = 0;
  const original = store[step].bind(store) as (...given: unknown[]) => Promise<unknown>;
  Object.assign(store, {
    [step]: async (...given: unknown[]): Promise<unknown> => {
      if (calls++ >= afterCalls) throw new Stopped(step);
      return original(...given);
    },
  });
  return store;
}

/** Stops before its transaction is sent. */
export class StoppingDataApi extends DataApi {
  override async executeBatch(): Promise<FinishedStatement> {
    throw new Stopped('executeBatch');
  }
}
