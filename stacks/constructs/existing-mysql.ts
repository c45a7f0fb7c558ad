/** A MySQL server that somebody else runs: neither the server nor a table of it is this deployment's. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Construct } from 'constructs';
import type { ExistingMysql } from '../settings/mysql';
import { addExisting } from './existing';

export interface ServerFacts {
  readonly host: string;
  readonly port: string;
  readonly adminSecretArn: string;
  /** PEM; absent where RDS signs its certificate. */
  readonly certificateAuthority?: string;
}

export function addExistingMysql(scope: Construct, given: ExistingMysql): ServerFacts {
  const pem = authorityOf(given);
  const { server } = addExisting(scope, 'existing_mysql', {
    server: {
      server: given.server,
      engine: given.engine,
      host: given.host,
      port: given.port,
      admin_secret_arn: given.adminSecretArn,
      admin_secret_key_arn: given.adminSecretKeyArn,
      security_group_id: given.securityGroupId,
      cidr: given.cidr,
      identifier: given.instanceIdentifier,
      certificate_authority: pem,
      binlog_retention_hours: given.binlogRetentionHours,
    },
  });
  return {
    host: server.host,
    port: server.port,
    adminSecretArn: server.admin_secret_arn,
    ...(pem === undefined ? {} : { certificateAuthority: server.certificate_authority }),
  };
}

/** The PEM file that the settings name; RDS has authorities of its own. */
export function authorityOf({ certificateAuthority }: ExistingMysql): string | undefined {
  if (certificateAuthority === 'rds') return undefined;
  return readFileSync(join(__dirname, '..', '..', certificateAuthority), 'utf8');
}
