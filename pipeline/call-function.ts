/**
 * Calls another function of the deployment by the API of Lambda. The request is signed here: a client of that whole
 * service would be most of the bundle for one request.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { resolveEndpointConfig } from '@smithy/core/endpoints';
import { SignatureV4 } from '@smithy/signature-v4';
import { PipelineError } from './errors';

/** Region, credentials and hash are those of any client of the SDK. */
export type SdkConfig = Pick<DynamoDBClient['config'], 'region' | 'credentials' | 'sha256'>;

export interface FunctionCall {
  readonly functionName: string;
  readonly event: unknown;
  /** The call is given up after this time. */
  readonly timeoutMs: number;
}

/**
 * Runs a function and gives its answer.
 * @throws PipelineError FUNCTION_NOT_CALLED: retry when Lambda has no capacity, does not answer, or the function itself
 * failed; halt when it does not exist or may not be called.
 */
export async function askFunction(config: SdkConfig, call: FunctionCall): Promise<unknown> {
  const response = await send(config, call, 'RequestResponse');
  const text = await response.text();
  if (response.headers.get('x-amz-function-error') !== null)
    throw notCalled(call, 'it failed, see its log', 'retry');
  return JSON.parse(text) as unknown;
}

/**
 * Hands a function an event, which Lambda keeps until the function has taken it.
 * @throws PipelineError FUNCTION_NOT_CALLED as {@link askFunction}.
 */
export async function startFunctionByEvent(config: SdkConfig, call: FunctionCall): Promise<void> {
  await send(config, call, 'Event');
}

async function send(
  config: SdkConfig,
  call: FunctionCall,
  invocationType: 'RequestResponse' | 'Event',
): Promise<Response> {
  const { functionName, event, timeoutMs } = call;
  const region = await config.region();
  const url = new URL(
    `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`,
    await endpointOf(region),
  );
  const signer = new SignatureV4({
    service: 'lambda',
    region,
    credentials: config.credentials,
    sha256: config.sha256,
  });
  const body = JSON.stringify(event);
  const signed = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/json', 'x-amz-invocation-type': invocationType },
    body,
  });
  let response: Response;
  try {
    const { host: _, ...headers } = signed.headers;
    response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    throw notCalled(call, `Lambda did not answer within ${timeoutMs} ms`, 'retry', error);
  }
  if (response.ok) return response;
  await response.body?.cancel();
  const isPassing = response.status === 429 || response.status >= 500;
  throw notCalled(call, `Lambda answers ${response.status}`, isPassing ? 'retry' : 'halt');
}

/** As every client of the SDK finds out where its service is. */
const { serviceConfiguredEndpoint } = resolveEndpointConfig<object>({
  serviceId: 'Lambda',
} as never);

const endpointOf = async (region: string): Promise<string> =>
  (await serviceConfiguredEndpoint?.()) ?? `https://lambda.${region}.amazonaws.com`;

function notCalled(
  { functionName }: FunctionCall,
  why: string,
  disposition: 'retry' | 'halt',
  cause?: unknown,
): PipelineError {
  const advice =
    disposition === 'retry'
      ? 'It may be under way or have no capacity at the moment; ask again.'
      : "The function does not exist, or the caller's role may not call it. Deploy the pipeline stack again.";
  return new PipelineError({
    code: 'FUNCTION_NOT_CALLED',
    disposition,
    message: `the function ${functionName} could not be called: ${why}. ${advice}`,
    context: { functionName },
    cause,
  });
}
