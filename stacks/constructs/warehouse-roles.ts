/** The roles with which files are read into Redshift: staged files by COPY, and the files of DMS. */
import type { Construct } from 'constructs';
import { INCOMING_PREFIX, MANIFEST_PREFIX } from '../../pipeline/s3-layout';
import { buildTrustPolicyOf, type PolicyStatement, redshiftUsersOf, servicesOf, viaService } from './policy';
import { Role } from './role';
import { stackOf } from './stack-of';
import { stagingStatements } from './staging-bucket-access';

export interface WarehouseRoles {
  readonly copy: Role;
  readonly dms: Role;
}

export function addWarehouseRoles(scope: Construct, keyArn: string): WarehouseRoles {
  return { copy: addCopyRole(scope, keyArn), dms: addDmsRole(scope, keyArn) };
}

/** The load function passes only keys: Redshift reads the files with this role. */
function addCopyRole(scope: Construct, keyArn: string): Role {
  const { names, settings } = stackOf(scope);
  const bucketArn = names.bucketArn(names.dataBucket);
  const prefixes = [INCOMING_PREFIX, MANIFEST_PREFIX];
  return new Role(scope, 'copy', {
    name: names.copyRole,
    description: 'Redshift: COPY of staged files through their manifest',
    trustPolicy: buildTrustPolicyOf([redshiftUsersOf(names.warehouse.users, names.warehouse.isServerless)]),
    statements: [
      {
        sid: 'ReadStagedFiles',
        actions: ['s3:GetObject'],
        resources: prefixes.map((prefix) => `${bucketArn}/${prefix}*`),
      },
      {
        // No condition on the prefix: S3 answers a read of a missing object with 404 only to those who may list, and with
        // 403 otherwise, which would look like a broken role instead of a missing file.
        sid: 'ListStagedFiles',
        actions: ['s3:ListBucket'],
        resources: [bucketArn],
      },
      { sid: 'LocateBucket', actions: ['s3:GetBucketLocation'], resources: [bucketArn] },
      {
        sid: 'DecryptStagedFiles',
        actions: ['kms:Decrypt'],
        resources: [keyArn],
        conditions: viaService(settings.region, 's3'),
      },
    ],
  });
}

function addDmsRole(scope: Construct, keyArn: string): Role {
  const { names, settings } = stackOf(scope);
  const statements: PolicyStatement[] = [
    ...stagingStatements(names.bucketArn(names.dmsBucket)),
    {
      sid: 'EncryptFiles',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [keyArn],
      conditions: viaService(settings.region, 's3'),
    },
    // DMS may look at the key itself before it names it to S3: that call is not made through a service.
    { sid: 'DescribeKey', actions: ['kms:DescribeKey'], resources: [keyArn] },
  ];
  return new Role(scope, 'dms-files', {
    name: names.dmsWarehouseRole,
    description: 'DMS and Redshift: files from MySQL to the warehouse',
    trustPolicy: buildTrustPolicyOf([
      servicesOf(settings.accountId, ['dms.amazonaws.com', `dms.${settings.region}.amazonaws.com`]),
      redshiftUsersOf(names.warehouse.users, names.warehouse.isServerless),
    ]),
    statements,
  });
}
