/** The MySQL server: an RDS instance that this deployment makes, or a server that somebody else runs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { EXISTING_SERVERS, MYSQL_CHANGES } from '../../pipeline/existing-mysql';
import { CIDR, HOST_NAME, KEY_ARN, SECRET_ARN, SECURITY_GROUP_ID } from './arns';
import { flag, kind, kinds, namesOutOf, oneOf, text, whole } from './values';

const ROOT = join(__dirname, '..', '..');
const AUTHORITY =
  '"rds", or a file of this repository with the authority\'s certificate (PEM), like certificates/mysql.pem';

/** How long the replication task can be down and still find its position. */
const binlogRetentionHours = whole(24, 168, 'hours');

export const MYSQL_SETTINGS = kinds(
  kind('new', {
    engineVersion: text(/^8\.4(\.\d+)?$/, 'a version of the 8.4 line; 8.0 is past standard support'),
    instanceClass: text(/^db\.[a-z0-9]+\.[a-z0-9]+$/, 'an RDS instance class, like db.t4g.medium'),
    storageGb: whole(20, 65_536, 'GB'),
    maxStorageGb: whole(22, 65_536, 'GB'),
    multiAz: flag,
    /** DMS cannot read the binlog of an instance without backups. */
    backupRetentionDays: whole(1, 35, 'days'),
    binlogRetentionHours,
  }),
  kind('existing', {
    server: oneOf(EXISTING_SERVERS),
    engine: oneOf(['mysql', 'mariadb']),
    host: HOST_NAME,
    port: whole(1, 65_535, 'a port'),
    /** Holds `username` and `password` of the login with which set-up checks, and makes what it may. */
    adminSecretArn: SECRET_ARN,
    /** The customer's key that encrypts the secret, if one does. */
    adminSecretKeyArn: KEY_ARN.optional(),
    /** Of the server. Where it has none in this VPC, `cidr` says where it is. */
    securityGroupId: SECURITY_GROUP_ID.optional(),
    cidr: CIDR.optional(),
    certificateAuthority: z
      .string({ error: AUTHORITY })
      .refine((given) => given === 'rds' || (isInside(given) && existsSync(join(ROOT, given))), AUTHORITY),
    /** Which instance the alarms watch, on RDS and Aurora; a server of one's own has no metrics in CloudWatch. */
    instanceIdentifier: text(/^[a-z][a-z0-9-]{0,62}$/, 'the identifier of an RDS instance').optional(),
    binlogRetentionHours,
    /** `none`: the pipeline's heartbeat is not in the server. Whether an idle source is fresh is then not known. */
    heartbeat: oneOf(['none']).optional(),
    /** Everything that this deployment changes in or at the server, each by name; nothing else is ever changed. */
    mayChange: namesOutOf([...MYSQL_CHANGES, 'security-group']),
  }),
);

/** Paths out of the repository would make the synthesis depend on the machine. */
const isInside = (path: string): boolean => /^(?!\/)(?!.*\.\.)[\w./-]+\.pem$/.test(path);

export type MysqlSettings = z.output<typeof MYSQL_SETTINGS>;

export type NewMysql = Extract<MysqlSettings, { kind: 'new' }>;
export type ExistingMysql = Extract<MysqlSettings, { kind: 'existing' }>;

/** Problems that involve more than one value. */
export function checkMysql(mysql: MysqlSettings): string[] {
  if (mysql.kind === 'new') {
    return mysql.maxStorageGb > mysql.storageGb
      ? []
      : [
          `mysql.maxStorageGb: allowed is more than mysql.storageGb (${mysql.storageGb}), got: ${mysql.maxStorageGb}`,
        ];
  }
  const {
    server,
    engine,
    securityGroupId,
    cidr,
    certificateAuthority,
    instanceIdentifier,
    mayChange,
    heartbeat,
  } = mysql;
  const problems: string[] = [];
  const check = (isWrong: boolean, problem: string): void => {
    if (isWrong) problems.push(problem);
  };
  const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
  check(
    server === 'aurora' && engine !== 'mysql',
    `mysql.engine: allowed is mysql where mysql.server is aurora, got: ${show(engine)}`,
  );
  check(
    (securityGroupId === undefined) === (cidr === undefined),
    `mysql.securityGroupId: allowed is either it or mysql.cidr, by which the server is let through to, got: ${securityGroupId === undefined ? 'neither' : 'both'}`,
  );
  check(
    securityGroupId === undefined && mayChange.includes('security-group'),
    'mysql.mayChange: allowed is "security-group" only with mysql.securityGroupId, got: a server without one',
  );
  check(
    server === 'self-managed' && mayChange.includes('binlog-retention'),
    'mysql.mayChange: allowed is "binlog-retention" where mysql.server is rds or aurora; elsewhere binlog_expire_logs_seconds is in the server\'s own configuration, got: "binlog-retention"',
  );
  check(
    heartbeat === 'none' && mayChange.includes('heartbeat'),
    'mysql.mayChange: allowed is "heartbeat" where mysql.heartbeat is not "none", got: "heartbeat"',
  );
  check(
    (server === 'self-managed') !== (instanceIdentifier === undefined),
    `mysql.instanceIdentifier: allowed is the identifier of an instance where mysql.server is rds or aurora, and none elsewhere, got: ${show(instanceIdentifier)}`,
  );
  check(
    (server === 'self-managed') === (certificateAuthority === 'rds'),
    `mysql.certificateAuthority: allowed is "rds" where mysql.server is rds or aurora, and a PEM file elsewhere, got: ${show(certificateAuthority)}`,
  );
  return problems;
}
