/**
 * What a set-up records in the data bucket after it has run, and what the scheduled run compares it with. It changes when
 * the function's code, the catalogue or the database changes, which is when set-up must run again.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { SetUpHandler } from '../../pipeline/handler-environment';
import { TABLES } from '../../pipeline/tables';
import { sha256OfFile } from '../constructs/file-asset';
import type { Settings } from '../settings';
import type { PipelineInputs } from './inputs';

export type SetUpFingerprints = Readonly<Record<SetUpHandler, string>>;

export function setUpFingerprints(
  { storage, warehouse }: PipelineInputs,
  { mysql, bi, api }: Settings,
  bundleFolder: string,
): SetUpFingerprints {
  const of = (handler: SetUpHandler, adminSecretArn: string, settings: object = {}): string => {
    const hash = createHash('sha256').update(JSON.stringify([TABLES, settings]));
    hash.update(sha256OfFile(join(bundleFolder, `${handler}.zip`)));
    // Known only after an apply, hence beside the hash: a replaced database has another admin secret.
    return `${hash.digest('hex').slice(0, 16)} ${adminSecretArn}`;
  };
  const withApi = api === undefined ? {} : { api: 'on' };
  return {
    'prepare-mysql': of('prepare-mysql', storage.mysql_admin_secret_arn, {
      binlogRetentionHours: mysql.binlogRetentionHours,
      ...(mysql.kind === 'new'
        ? {}
        : { server: mysql.server, mayChange: mysql.mayChange, heartbeat: mysql.heartbeat }),
      ...withApi,
    }),
    'prepare-warehouse': of('prepare-warehouse', warehouse.warehouse_admin_secret_arn, {
      ...biOf(bi),
      ...withApi,
    }),
  };
}

/** Who sees the dashboard is nothing that set-up does. */
const biOf = (bi: Settings['bi']): object =>
  bi === undefined ? {} : { bi: bi.quickSight === undefined ? {} : { quickSight: 'on' } };
