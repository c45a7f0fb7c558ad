/** A REST API as its document says: which function answers what, what is asked of a request before, what the gateway answers itself. */
import { Kind } from '../../runtime/registry';

/** What a caller shows: an API key, a signature of IAM, or nothing. */
export type ApiAuth = 'api-key' | 'iam' | 'none';

export interface ApiRoute {
  readonly method: string;
  /** As in the document: `/ingest/{name}`. */
  readonly path: string;
  readonly functionName: string;
  /** As in the document. */
  readonly requiredHeaders: readonly string[];
  readonly auth: ApiAuth;
  readonly timeoutMs: number;
}

export interface GatewayResponse {
  /** Absent: that of the answer itself. */
  readonly status: number | undefined;
  readonly contentType: string;
  readonly template: string;
}

export interface RestApi {
  readonly name: string;
  readonly routes: readonly ApiRoute[];
  readonly responses: Readonly<Record<string, GatewayResponse>>;
  /** What the plans of its stage add. */
  readonly keys: Set<string>;
  /** Requests per second, and at once; without them any number. */
  limits: { readonly rate: number; readonly burst: number } | undefined;
}

/** By id. */
export const REST_APIS = new Kind<RestApi>('REST APIs');

/** Ids of the APIs of each usage plan, by the plan's id. */
export const USAGE_PLANS = new Kind<readonly string[]>('usage plans');

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly 'x-amazon-apigateway-integration'?: {
    readonly type: string;
    readonly uri: string;
    readonly timeoutInMillis?: number;
  };
}

interface SecurityScheme {
  readonly in: string;
  readonly name: string;
  readonly 'x-amazon-apigateway-authtype'?: string;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: {
    readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>;
  };
  readonly 'x-amazon-apigateway-gateway-responses'?: Readonly<
    Record<
      string,
      {
        readonly statusCode?: number;
        readonly responseParameters?: Readonly<Record<string, string>>;
        readonly responseTemplates?: Readonly<Record<string, string>>;
      }
    >
  >;
}

/** @throws Error that says what of the document the laptop cannot honour */
export function parseRestApi(name: string, body: string): RestApi {
  const document = JSON.parse(body) as Document;
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => routeOf(path, method, operation, document)),
  );
  return { name, routes, responses: responsesOf(document), keys: new Set(), limits: undefined };
}

function routeOf(path: string, method: string, operation: Operation, document: Document): ApiRoute {
  const at = `${method.toUpperCase()} ${path}`;
  const integration = operation['x-amazon-apigateway-integration'];
  if (integration?.type !== 'aws_proxy')
    throw new Error(
      `${at} has the integration ${integration?.type ?? 'none'}, where the laptop calls functions (aws_proxy)`,
    );
  const functionName = /:function:([^:/]+)\/invocations$/.exec(integration.uri)?.[1];
  if (functionName === undefined) throw new Error(`${at} calls ${integration.uri}, which names no function`);
  const requiredHeaders = (operation.parameters ?? []).flatMap(({ name, in: place, required }) =>
    place === 'header' && required === true ? [name] : [],
  );
  // The default of a REST API (Amazon API Gateway quotas).
  const timeoutMs = integration.timeoutInMillis ?? 29_000;
  const auth = authOf(at, operation, document);
  return { method: method.toUpperCase(), path, functionName, requiredHeaders, auth, timeoutMs };
}

function authOf(at: string, { security = [] }: Operation, { components }: Document): ApiAuth {
  const [name, ...others] = security.flatMap((one) => Object.keys(one));
  if (name === undefined) return 'none';
  const scheme = components?.securitySchemes?.[name];
  if (others.length === 0 && scheme?.in === 'header') {
    if (scheme['x-amazon-apigateway-authtype'] === 'awsSigv4') return 'iam';
    if (scheme.name === 'x-api-key') return 'api-key';
  }
  throw new Error(
    `${at} asks for ${[name, ...others].join(' and ')}, where the laptop knows an API key or a signature of IAM`,
  );
}

const responsesOf = (document: Document): RestApi['responses'] =>
  Object.fromEntries(
    Object.entries(document['x-amazon-apigateway-gateway-responses'] ?? {}).map(([type, response]) => [
      type,
      {
        status: response.statusCode,
        contentType: (
          response.responseParameters?.['gatewayresponse.header.Content-Type'] ?? 'application/json'
        ).replaceAll("'", ''),
        template:
          response.responseTemplates?.['application/json'] ?? '{"message":$context.error.messageString}',
      },
    ]),
  );

export interface MatchedRoute {
  readonly route: ApiRoute;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A path with a parameter takes any one part in its place. */
export function matchRoute(
  routes: readonly ApiRoute[],
  method: string,
  path: string,
): MatchedRoute | undefined {
  const given = path.split('/');
  for (const route of routes) {
    const parts = route.path.split('/');
    if (route.method !== method || parts.length !== given.length) continue;
    const parameters: Record<string, string> = {};
    const fits = parts.every((part, index) => {
      const name = /^\{(.+)\}$/.exec(part)?.[1];
      if (name === undefined) return part === given[index];
      const value = decoded(given[index] ?? '');
      if (value === undefined || value === '') return false;
      parameters[name] = value;
      return true;
    });
    if (fits) return { route, parameters };
  }
  return undefined;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
