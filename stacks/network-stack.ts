/** VPC, private subnets, endpoints, security groups, the key, and the account-wide roles of DMS. */
import type { App } from 'cdktf';
import { BaseStack } from './base-stack';
import { addDmsServiceRoles } from './constructs/dms-service-roles';
import { EncryptionKey } from './constructs/encryption-key';
import { Endpoints } from './constructs/endpoints';
import { FlowLog } from './constructs/flow-log';
import { PrivateNetwork } from './constructs/private-network';
import { addSecurityGroups, allowToGateways } from './constructs/security-groups';
import { COPY_OUTPUTS, NETWORK_OUTPUTS } from './outputs';
import type { Settings } from './settings';

export class NetworkStack extends BaseStack {
  constructor(app: App, settings: Settings) {
    super(app, 'network', settings);
    const key = new EncryptionKey(this, 'data');
    const network = new PrivateNetwork(this, 'private');
    const groups = addSecurityGroups(this, network.vpcId);
    const endpoints = new Endpoints(this, 'to', { network, securityGroupId: groups.endpoints.id });
    allowToGateways(groups, { s3: endpoints.s3PrefixListId, dynamodb: endpoints.dynamodbPrefixListId });
    new FlowLog(this, 'vpc', { vpcId: network.vpcId, keyArn: key.arn });
    // In the first stack, because DMS refuses its subnet group and instance until the roles have propagated in IAM.
    if (settings.createDmsServiceRoles) addDmsServiceRoles(this);

    this.exportOutputs(NETWORK_OUTPUTS, {
      key_arn: key.arn,
      private_subnet_ids: network.subnetIds,
      mysql_security_group_id: groups.mysql.id,
      warehouse_security_group_id: groups.warehouse.id,
      replication_security_group_id: groups.replication.id,
      functions_security_group_id: groups.functions.id,
      secrets_endpoint_dns_name: endpoints.secretsDnsName,
    });
    if (settings.copyToRegion !== undefined) {
      const copies = new EncryptionKey(this, 'copies', settings.copyToRegion);
      this.exportOutputs(COPY_OUTPUTS, { copy_key_arn: copies.arn });
    }
  }
}
