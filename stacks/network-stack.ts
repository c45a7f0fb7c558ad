/** VPC, private subnets, endpoints, security groups, the key, and the account-wide roles of DMS. */
import type { App } from 'cdktf';
import { BaseStack } from './base-stack';
import { addDmsServiceRoles } from './constructs/dms-service-roles';
import { EncryptionKey } from './constructs/encryption-key';
import { Endpoints } from './constructs/endpoints';
import { addExisting } from './constructs/existing';
import { addExistingNetwork } from './constructs/existing-network';
import { FlowLog } from './constructs/flow-log';
import { PrivateNetwork } from './constructs/private-network';
import { SecurityGroup } from './constructs/security-group';
import { addSecurityGroups, allowToEndpoints } from './constructs/security-groups';
import {
  COPY_OUTPUTS,
  NETWORK_OUTPUTS,
  NEW_MYSQL_OUTPUTS,
  NEW_WAREHOUSE_OUTPUTS,
  QUICK_SIGHT_NETWORK_OUTPUTS,
} from './outputs';
import type { Settings } from './settings';

export class NetworkStack extends BaseStack {
  constructor(app: App, settings: Settings) {
    super(app, 'network', settings);
    const { network: given } = settings;
    const keyArn =
      settings.keyArn === undefined ? new EncryptionKey(this, 'data').arn : this.existingKey(settings.keyArn);
    const existing = given.kind === 'existing' ? given : undefined;
    const network =
      given.kind === 'existing'
        ? addExistingNetwork(this, given)
        : new PrivateNetwork(this, 'private', given);
    const groups = addSecurityGroups(this, network.vpcId);
    const endpoints = new Endpoints(this, 'to', {
      network,
      ...(existing === undefined ? {} : { existing }),
    });
    allowToEndpoints(groups, endpoints);
    // Those of a brought VPC are its owner's.
    if (existing === undefined) new FlowLog(this, 'vpc', { vpcId: network.vpcId, keyArn });
    // In the first stack, because DMS refuses its subnet group and instance until the roles have propagated in IAM.
    if (settings.createDmsServiceRoles) addDmsServiceRoles(this);

    this.exportOutputs(NETWORK_OUTPUTS, {
      key_arn: keyArn,
      private_subnet_ids: network.subnetIds,
      replication_security_group_id: groups.replication.id,
      functions_security_group_id: groups.functions.id,
      secrets_endpoint_dns_name: endpoints.secretsDnsName,
    });
    if (groups.warehouse instanceof SecurityGroup)
      this.exportOutputs(NEW_WAREHOUSE_OUTPUTS, { warehouse_security_group_id: groups.warehouse.id });
    if (groups.mysql instanceof SecurityGroup)
      this.exportOutputs(NEW_MYSQL_OUTPUTS, { mysql_security_group_id: groups.mysql.id });
    if (groups.quickSight !== undefined)
      this.exportOutputs(QUICK_SIGHT_NETWORK_OUTPUTS, {
        quick_sight_security_group_id: groups.quickSight.id,
      });
    if (settings.copyToRegion !== undefined) {
      const copies = new EncryptionKey(this, 'copies', settings.copyToRegion);
      this.exportOutputs(COPY_OUTPUTS, { copy_key_arn: copies.arn });
    }
  }

  /** Its policy is its owner's: docs/adopt.md says what it must allow. */
  private existingKey(arn: string): string {
    return addExisting(this, 'existing_kms_key', { data: { arn } }).data.arn;
  }
}
