/** Amazon VPC: networks mean nothing on a laptop. */
import type { ServiceDescription } from '../../runtime/service-description';
import { awsSecurityGroup, NETWORK } from './aws_security_group';

export const VPC_SERVICE: ServiceDescription = {
  twins: [awsSecurityGroup],
  withoutATwin: {
    existing_vpc: NETWORK,
    existing_subnet: NETWORK,
    existing_security_group: NETWORK,
    existing_vpc_endpoint: NETWORK,
    aws_vpc: NETWORK,
    aws_subnet: NETWORK,
    aws_route_table: NETWORK,
    aws_route_table_association: NETWORK,
    aws_default_security_group: NETWORK,
    aws_vpc_security_group_ingress_rule: NETWORK,
    aws_vpc_security_group_egress_rule: NETWORK,
    aws_vpc_endpoint: NETWORK,
    aws_vpc_endpoint_policy: NETWORK,
    aws_flow_log: NETWORK,
    aws_network_acl: NETWORK,
    aws_default_network_acl: NETWORK,
  },
  unexercised: [
    {
      role: '-flow-logs',
      action: /^logs:/,
      reason: 'the VPC writes its flow logs; there is no network here',
    },
  ],
};
