/** The API's document as API Gateway imports it: operations with their functions, who may call, and problems as answers. */
import { type ApiOperation, apiOperations, buildApiDocument } from '../../pipeline/api-document';
import type { Names } from '../names';
import type { ApiSettings } from '../settings/api';
import type { Settings } from '../settings-schema';

/** The longest that a REST API waits by default (Amazon API Gateway quotas, "Integration timeout"). */
const INTEGRATION_TIMEOUT_MS = 29_000;

export interface GatewayDocumentOptions {
  readonly names: Names;
  readonly settings: Pick<Settings, 'region'>;
  readonly api: ApiSettings;
  /** Tables that this deployment does not write into. */
  readonly without: readonly string[];
}

/**
 * The schemas of bodies stay in `docs/openapi.json`. API Gateway would check them with numbers as doubles and without
 * the index of a bad row, and refuses keywords such as `nullable` in a model (Amazon API Gateway developer guide,
 * "important notes"); the functions check every row by the same schema. What it does check is that a key is there.
 */
export function buildGatewayDocument(options: GatewayDocumentOptions): string {
  const { names, api, without } = options;
  const { openapi, info } = buildApiDocument({ without });
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of apiOperations({ without })) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method]: gatewayOperation(operation, options) };
  }
  return JSON.stringify({
    openapi,
    info: { ...(info as object), title: names.of('api') },
    paths,
    components: { securitySchemes: SECURITY[api.auth.kind] },
    'x-amazon-apigateway-api-key-source': 'HEADER',
    'x-amazon-apigateway-request-validators': {
      parameters: { validateRequestParameters: true, validateRequestBody: false },
    },
    'x-amazon-apigateway-gateway-responses': GATEWAY_RESPONSES,
  });
}

function gatewayOperation(
  { handler, definition }: ApiOperation,
  { names, settings, api }: GatewayDocumentOptions,
): object {
  const { operationId, summary, parameters = [], responses } = definition;
  return {
    operationId,
    summary,
    parameters: (parameters as readonly Parameter[]).map(({ name, in: place, required }) => ({
      name,
      in: place,
      required,
      schema: { type: 'string' },
    })),
    responses: Object.fromEntries(
      Object.entries(responses as Record<string, { readonly description: string }>).map(
        ([status, { description }]) => [status, { description }],
      ),
    ),
    security: [{ [Object.keys(SECURITY[api.auth.kind])[0]!]: [] }],
    'x-amazon-apigateway-request-validator': 'parameters',
    'x-amazon-apigateway-integration': {
      type: 'aws_proxy',
      httpMethod: 'POST',
      uri: `arn:aws:apigateway:${settings.region}:lambda:path/2015-03-31/functions/${names.functionArn(handler)}/invocations`,
      passthroughBehavior: 'when_no_match',
      timeoutInMillis: INTEGRATION_TIMEOUT_MS,
    },
  };
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
}

const SECURITY = {
  iam: {
    sigv4: {
      type: 'apiKey',
      name: 'Authorization',
      in: 'header',
      'x-amazon-apigateway-authtype': 'awsSigv4',
    },
  },
  'api-key': { api_key: { type: 'apiKey', name: 'x-api-key', in: 'header' } },
} as const;

/** Status by type (Amazon API Gateway developer guide, "Gateway response types"). */
const STATUS_BY_TYPE: Readonly<Record<string, number>> = {
  ACCESS_DENIED: 403,
  API_CONFIGURATION_ERROR: 500,
  BAD_REQUEST_BODY: 400,
  BAD_REQUEST_PARAMETERS: 400,
  EXPIRED_TOKEN: 403,
  INTEGRATION_FAILURE: 504,
  INTEGRATION_TIMEOUT: 504,
  INVALID_API_KEY: 403,
  INVALID_SIGNATURE: 403,
  MISSING_AUTHENTICATION_TOKEN: 403,
  QUOTA_EXCEEDED: 429,
  REQUEST_TOO_LARGE: 413,
  RESOURCE_NOT_FOUND: 404,
  THROTTLED: 429,
  UNAUTHORIZED: 401,
  UNSUPPORTED_MEDIA_TYPE: 415,
  WAF_FILTERED: 403,
};

/** Of all types that are not named, such as the answer for a function that failed; each keeps its status. */
const OTHER_TYPES = ['DEFAULT_4XX', 'DEFAULT_5XX'];

/** What the gateway answers itself, in the form of the functions. */
const GATEWAY_RESPONSES = Object.fromEntries([
  ...Object.entries(STATUS_BY_TYPE).map(([type, status]) => [type, gatewayResponse(type, status)]),
  ...OTHER_TYPES.map((type) => [type, gatewayResponse(type)]),
]);

function gatewayResponse(type: string, status?: number): object {
  const known = status === undefined ? '' : `"status":${status},`;
  return {
    ...(status === undefined ? {} : { statusCode: status }),
    responseParameters: { 'gatewayresponse.header.Content-Type': "'application/problem+json'" },
    responseTemplates: {
      'application/json': `{"type":"about:blank","title":"${type}",${known}"detail":$context.error.messageString,"code":"${type}"}`,
    },
  };
}
