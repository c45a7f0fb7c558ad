import { listOf, textsOf } from '../../json';
import { has, is, isNotTrue, isTrue, type PolicyRule, type Predicate, withCompanionIn } from '../rule';

const API = 'aws_api_gateway_rest_api';
const STAGE = 'aws_api_gateway_stage';
const METHODS = 'aws_api_gateway_method_settings';

/** Each operation of the document names who may call it. */
const isClosed: Predicate = (api) => {
  const { paths = {} } = JSON.parse(api.text('body')) as {
    paths?: Record<string, Record<string, Operation>>;
  };
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  return operations.length > 0 && operations.every(({ security = [] }) => security.length > 0);
};

interface Operation {
  readonly security?: readonly object[];
}

export const API_GATEWAY_RULES: readonly PolicyRule[] = [
  { id: 'CKV_AWS_59', on: API, requires: 'no operation that anybody may call', holds: isClosed },
  {
    id: 'CKV_AWS_237',
    on: API,
    requires: 'the new one there before the old one goes',
    holds: isTrue('lifecycle.create_before_destroy'),
  },
  {
    id: 'CKV_AWS_217',
    on: 'aws_api_gateway_deployment',
    requires: 'the new one there before the old one goes',
    holds: isTrue('lifecycle.create_before_destroy'),
  },
  {
    id: 'CKV_AWS_76',
    on: STAGE,
    requires: 'an access log',
    holds: has('access_log_settings.destination_arn'),
    trivy: 'AVD-AWS-0001',
  },
  {
    id: 'CKV_AWS_73',
    on: STAGE,
    requires: 'tracing',
    holds: isTrue('xray_tracing_enabled'),
    trivy: 'AVD-AWS-0003',
  },
  { id: 'CKV_AWS_120', on: STAGE, requires: 'a cache', holds: isTrue('cache_cluster_enabled') },
  { id: 'CKV2_AWS_51', on: STAGE, requires: 'a client certificate', holds: has('client_certificate_id') },
  {
    id: 'CKV2_AWS_29',
    on: STAGE,
    requires: 'a web application firewall',
    holds: withCompanionIn('aws_wafv2_web_acl_association', 'resource_arn'),
  },
  { id: 'CKV_AWS_225', on: METHODS, requires: 'a cache', holds: isTrue('settings.caching_enabled') },
  {
    id: 'CKV_AWS_276',
    on: METHODS,
    requires: 'no bodies in the log',
    holds: isNotTrue('settings.data_trace_enabled'),
  },
  {
    id: 'CKV2_AWS_4',
    on: METHODS,
    requires: 'a log of its own failures',
    holds: is('settings.logging_level', 'ERROR', 'INFO'),
  },
  {
    id: 'CDC_API_METRICS',
    on: METHODS,
    requires: 'metrics per method',
    holds: isTrue('settings.metrics_enabled'),
  },
  {
    id: 'CDC_API_LIMITS',
    on: METHODS,
    requires: 'limits of rate and burst',
    holds: (methods) =>
      has('settings.throttling_rate_limit')(methods) && has('settings.throttling_burst_limit')(methods),
  },
  {
    id: 'CKV_AWS_364',
    on: 'aws_lambda_permission',
    requires: 'the source that may call named',
    holds: (permission) => textsOf(permission.at('source_arn')).some((arn) => arn !== ''),
    trivy: 'AVD-AWS-0067',
  },
  {
    id: 'CKV2_AWS_31',
    on: 'aws_wafv2_web_acl',
    requires: 'a log',
    holds: withCompanionIn('aws_wafv2_web_acl_logging_configuration', 'resource_arn'),
  },
  {
    id: 'CKV_AWS_192',
    on: 'aws_wafv2_web_acl',
    requires: "AWS's rules against known bad input",
    holds: (acl) => listOf(acl.at('rule_json')).join().includes('AWSManagedRulesKnownBadInputsRuleSet'),
  },
];
