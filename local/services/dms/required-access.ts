/** What each DMS call needs (service authorization reference, "Actions, resources, and condition keys for AWS Database Migration Service"). */
import { type AccessRules, inputText, plainAccess } from '../../protocol/access';

export const DMS_ACCESS: AccessRules = {
  DescribeReplicationTasks: () => [plainAccess('dms:DescribeReplicationTasks', '*')],
  DescribeConnections: () => [plainAccess('dms:DescribeConnections', '*')],
  TestConnection: (request) =>
    ['ReplicationInstanceArn', 'EndpointArn'].map((member) =>
      plainAccess('dms:TestConnection', inputText(request, member)),
    ),
  StartReplicationTask: (request) => [
    plainAccess('dms:StartReplicationTask', inputText(request, 'ReplicationTaskArn')),
  ],
};
