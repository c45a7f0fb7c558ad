/** The path of MySQL: binlog, replication instance, task. */
import type { Deployment } from '../deployment';
import { type CapacityLine, functionOf, GIB, type Load, MIB, numberAt } from './capacity-line';

/** binlog_row_image is FULL: an update has the row before and after, and most changes are taken to be updates. */
const IMAGES_OF_A_CHANGE = 2;
/** Headers of event and table map, shared by the rows of a statement (MySQL internals, "Rows_event"). */
const BYTES_AROUND_A_CHANGE = 50;
/**
 * AWS DMS user guide, "Multithreaded CDC task settings" for a Redshift target: a batch of 8,000 MB in 1,800 s, the largest
 * rate of an example of AWS's own.
 */
const MB_PER_SECOND_OF_THE_EXAMPLE = 8_000 / 1_800;
/** How long a warehouse may be away, in its maintenance window, while the task keeps what it has read. */
const OUTAGE_SECONDS = 3_600;
/** What the server's own data may take beside its binlog. */
const SHARE_OF_BINLOG = 0.5;

/** Nothing where the catalogue has no table of MySQL. */
export function mysqlLines(deployment: Deployment, load: Load): CapacityLine[] {
  const [instance] = deployment.of('aws_dms_replication_instance');
  if (instance === undefined) return [];
  const bytesPerSecond = load.changesPerSecond * (IMAGES_OF_A_CHANGE * load.bytes + BYTES_AROUND_A_CHANGE);
  const [server] = deployment.of('aws_db_instance');
  const hours =
    numberAt(functionOf(deployment, 'prepare-mysql'), 'environment.variables.BINLOG_RETENTION_HOURS') ?? 0;
  const mostGb = numberAt(server, 'max_allocated_storage');
  return [
    {
      part: 'MySQL',
      subject: 'binlog that is kept',
      needed: (bytesPerSecond * 3_600 * hours) / GIB,
      given: mostGb === undefined ? undefined : mostGb * SHARE_OF_BINLOG,
      unit: 'GB',
      turnUp:
        'mysql.maxStorageGb; or mysql.binlogRetentionHours, the time in which a stopped task must be running again',
      basis: `${hours} h, both images of each row and ${BYTES_AROUND_A_CHANGE} bytes around them, in half of the storage`,
    },
    {
      part: 'DMS',
      subject: 'binlog that the task reads and applies',
      needed: bytesPerSecond / MIB,
      given: MB_PER_SECOND_OF_THE_EXAMPLE,
      unit: 'MB/s',
      turnUp:
        'dms.instanceClass; beyond what one task does, a deployment for each part of the tables (another `project`)',
      basis:
        "8,000 MB in 1,800 s, the largest rate in an example of AWS's guide; a task applies with one thread unless ParallelApplyThreads are set",
    },
    {
      part: 'DMS',
      subject: 'changes that wait while the warehouse is away for an hour',
      needed: (bytesPerSecond * OUTAGE_SECONDS) / GIB,
      given: numberAt(instance, 'allocated_storage'),
      unit: 'GB',
      turnUp: 'dms.storageGb',
      basis: 'transactions beyond the memory of the task are swapped to its disk',
    },
  ];
}
