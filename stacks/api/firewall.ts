/** A web application firewall in front of the API: AWS's common rules, known bad input, and a limit for each address. */
import { Wafv2WebAcl } from '@cdktf/provider-aws/lib/wafv2-web-acl';
import { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association';
import { Wafv2WebAclLoggingConfiguration } from '@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration';
import type { Construct } from 'constructs';
import { addLogGroup } from '../constructs/log-group';
import { stackOf } from '../constructs/stack-of';
import type { Names } from '../names';

export interface FirewallOptions {
  readonly stageArn: string;
  readonly keyArn: string;
  readonly requestsPerAddress: number;
}

/** AWS's, with what they count instead of refuse: a file of rows is larger than the 8 KB that the common rules allow a body. */
const MANAGED = [
  { name: 'AWSManagedRulesCommonRuleSet', counted: ['SizeRestrictions_BODY'] },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet', counted: [] },
] as const;

export function addFirewall(
  scope: Construct,
  { stageArn, keyArn, requestsPerAddress }: FirewallOptions,
): void {
  const { names } = stackOf(scope);
  const acl = new Wafv2WebAcl(scope, 'firewall', {
    name: names.of('api'),
    description: `In front of ${names.of('api')}`,
    scope: 'REGIONAL',
    defaultAction: { allow: {} },
    visibilityConfig: {
      cloudwatchMetricsEnabled: true,
      metricName: names.of('api-firewall'),
      sampledRequestsEnabled: false,
    },
    // As the API of WAF has them: rules of rules have no end that a block could describe.
    ruleJson: JSON.stringify(buildRules(names, requestsPerAddress)),
  });
  new Wafv2WebAclAssociation(scope, 'firewall-association', { resourceArn: stageArn, webAclArn: acl.arn });
  // WAF writes to a group of this prefix only (AWS WAF developer guide, "CloudWatch Logs").
  const group = addLogGroup(scope, 'firewall-log', { name: `aws-waf-logs-${names.of('api')}`, keyArn });
  new Wafv2WebAclLoggingConfiguration(scope, 'firewall-logging', {
    resourceArn: acl.arn,
    logDestinationConfigs: [names.logGroupArn(group.nameInput!)],
    redactedFields: ['authorization', 'x-api-key'].map((name) => ({ singleHeader: { name } })),
    dependsOn: [group],
  });
}

function buildRules(names: Names, requestsPerAddress: number): object[] {
  const visible = (MetricName: string) => ({
    VisibilityConfig: {
      CloudWatchMetricsEnabled: true,
      MetricName: names.of(MetricName),
      SampledRequestsEnabled: false,
    },
  });
  return [
    {
      Name: 'requests-per-address',
      Priority: 0,
      Action: { Block: {} },
      Statement: { RateBasedStatement: { Limit: requestsPerAddress, AggregateKeyType: 'IP' } },
      ...visible('api-firewall-rate'),
    },
    ...MANAGED.map(({ name, counted }, index) => ({
      Name: name,
      Priority: index + 1,
      OverrideAction: { None: {} },
      Statement: {
        ManagedRuleGroupStatement: {
          VendorName: 'AWS',
          Name: name,
          RuleActionOverrides: counted.map((rule) => ({ Name: rule, ActionToUse: { Count: {} } })),
        },
      },
      ...visible(`api-firewall-${index + 1}`),
    })),
  ];
}
