import { API_HANDLERS } from '../../pipeline/handler-environment';
import { type Arguments, synthesize } from './synthesized';

const everything = synthesize({ environment: 'everything' });
const document = (synthesis = everything): Arguments =>
  JSON.parse(synthesis.one('aws_api_gateway_rest_api', 'api_rest').body);

describe('the API', () => {
  it('is nowhere without its setting', () => {
    const dev = synthesize();
    expect(dev.resources.filter(({ type }) => /api_gateway|wafv2/.test(type))).toEqual([]);
    expect(API_HANDLERS.filter((name) => dev.texts.pipeline.includes(`cdc-dev-${name}`))).toEqual([]);
  });

  it('has an operation for each function, closed, with a key that is asked for', () => {
    const { paths, components } = document();
    expect(Object.keys(paths)).toEqual(['/txns', '/trades', '/tables', '/ingest/{name}']);
    const called = (operation: Arguments): string =>
      /function:([^/]+)\/invocations$/.exec(operation['x-amazon-apigateway-integration'].uri)![1]!;
    expect(called(paths['/txns'].post)).toBe('cdc-everything-api-txns');
    for (const operation of [paths['/trades'].post, paths['/tables'].get, paths['/ingest/{name}'].post])
      expect(called(operation)).toBe('cdc-everything-api-general');
    expect(paths['/txns'].post).toMatchObject({
      security: [{ api_key: [] }],
      'x-amazon-apigateway-request-validator': 'parameters',
      parameters: [{ name: 'Idempotency-Key', in: 'header', required: true }],
      'x-amazon-apigateway-integration': { type: 'aws_proxy', timeoutInMillis: 29_000 },
    });
    // Whatever the gateway answers itself has the form of the functions.
    const answers = document()['x-amazon-apigateway-gateway-responses'];
    for (const type of ['THROTTLED', 'DEFAULT_4XX', 'DEFAULT_5XX']) {
      const { 'application/json': template } = answers[type].responseTemplates;
      const filled = JSON.parse(template.replace('$context.error.messageString', '"why"'));
      expect(filled).toMatchObject({ type: 'about:blank', detail: 'why', code: type });
      expect(filled.status).toBe(answers[type].statusCode);
    }
    // API Gateway refuses `nullable` and others in a model.
    expect(components.schemas).toBeUndefined();
  });

  it('is deployed again when its document changes, and each function lets in this API only', () => {
    const deployment = everything.one('aws_api_gateway_deployment', 'api');
    expect(deployment.triggers.document).toMatch(/^[0-9a-f]{64}$/);
    expect(deployment.lifecycle).toEqual({ create_before_destroy: true });
    for (const { config } of everything.of('aws_lambda_permission'))
      expect(config).toMatchObject({
        principal: 'apigateway.amazonaws.com',
        source_arn: `\${aws_api_gateway_rest_api.api_rest.execution_arn}/v1/*`,
      });
  });

  it('is limited, traced, logged under our key, and no key of a caller is in the state', () => {
    expect(everything.one('aws_api_gateway_method_settings', 'api')).toMatchObject({
      method_path: '*/*',
      settings: { metrics_enabled: true, throttling_rate_limit: 100, throttling_burst_limit: 200 },
    });
    expect(everything.one('aws_api_gateway_stage', 'api')).toMatchObject({ xray_tracing_enabled: true });
    expect(everything.of('aws_api_gateway_api_key')).toEqual([]);
    expect(everything.one('aws_api_gateway_usage_plan', 'api')).toMatchObject({
      quota_settings: { limit: 1_000_000, period: 'DAY' },
    });
    const { format } = everything.one('aws_api_gateway_stage', 'api').access_log_settings;
    expect(format).not.toMatch(/body|x-api-key|authorization/i);
  });

  it('is a smaller one where a table may not be written, and asks for signatures where callers are of IAM', () => {
    const existing = synthesize({
      environment: 'existing',
      change: ({ environments }) => {
        const { api } = environments.everything;
        environments.existing.api = { ...api, auth: { kind: 'iam' }, waf: undefined, createLogRole: false };
      },
    });
    const { paths } = document(existing);
    expect(Object.keys(paths)).toEqual(['/tables']);
    expect(paths['/tables'].get.security).toEqual([{ sigv4: [] }]);
    for (const type of ['usage_plan', 'account']) expect(existing.of(`aws_api_gateway_${type}`)).toEqual([]);
    expect(existing.of('aws_wafv2_web_acl')).toEqual([]);
    expect(existing.texts.pipeline).not.toContain('existing-api-txns"');
  });
});
