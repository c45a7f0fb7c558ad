/** The one call of Lambda's API that a function of the deployment makes: Invoke, waited for or as an event. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessRules } from '../../protocol/access';
import { inputText, plainAccess } from '../../protocol/access';
import { readJsonBody, sendJsonError, sha256Hex } from '../../protocol/json-protocol';
import { type HttpService, type RequestGate, ServiceError } from '../../protocol/service';
import type { CallableFunction } from '../../runtime/ports/callable-function';

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

export const LAMBDA_ACCESS: AccessRules = {
  Invoke: (request, { region, accountId }) => [
    plainAccess(
      'lambda:InvokeFunction',
      `arn:aws:lambda:${region}:${accountId}:function:${inputText(request, 'FunctionName')}`,
    ),
  ],
};

export const createInvokeApi = (functions: ReadonlyMap<string, CallableFunction>): HttpService => ({
  answer: async (message, response, gate) => {
    try {
      await invoke(functions, { message, response, gate });
    } catch (error) {
      sendJsonError(message, response, error);
    }
  },
});

interface Invoking {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly gate: RequestGate;
}

async function invoke(
  functions: ReadonlyMap<string, CallableFunction>,
  { message, response, gate }: Invoking,
): Promise<void> {
  gate.verify();
  const body = await readJsonBody(message);
  if (sha256Hex(body) !== message.headers['x-amz-content-sha256'])
    throw new ServiceError('InvalidSignatureException', 'the body is not the one that was signed', 403);
  const FunctionName = INVOKE.exec(message.url ?? '')?.[1];
  if (message.method !== 'POST' || FunctionName === undefined)
    throw new ServiceError(
      'UnknownOperationException',
      `the laptop's Lambda has no ${message.method} ${message.url}`,
      501,
    );
  await gate.authorize({ operation: 'Invoke', input: { FunctionName } });
  const called = functions.get(FunctionName);
  if (called === undefined)
    throw new ServiceError('ResourceNotFoundException', `Function not found: ${FunctionName}`, 404);
  const event = JSON.parse(body.toString('utf8')) as unknown;
  if (message.headers['x-amz-invocation-type'] === 'Event') {
    void called.accept(event).done;
    response.writeHead(202).end();
    return;
  }
  const [headers, payload] = await called.invoke(event).then(
    (answer) => [{}, answer] as const,
    (error: unknown) => [{ 'x-amz-function-error': 'Unhandled' }, { errorMessage: String(error) }] as const,
  );
  response.writeHead(200, headers).end(JSON.stringify(payload ?? null));
}
