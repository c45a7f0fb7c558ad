/** The MySQL server: an RDS instance that this deployment makes. */
import { flag, kind, kinds, text, whole } from './values';

export const MYSQL_SETTINGS = kinds(
  kind('new', {
    engineVersion: text(/^8\.4(\.\d+)?$/, 'a version of the 8.4 line; 8.0 is past standard support'),
    instanceClass: text(/^db\.[a-z0-9]+\.[a-z0-9]+$/, 'an RDS instance class, like db.t4g.medium'),
    storageGb: whole(20, 65_536, 'GB'),
    maxStorageGb: whole(22, 65_536, 'GB'),
    multiAz: flag,
    /** DMS cannot read the binlog of an instance without backups. */
    backupRetentionDays: whole(1, 35, 'days'),
    /** How long the replication task can be down and still find its position. */
    binlogRetentionHours: whole(24, 168, 'hours'),
  }),
);
