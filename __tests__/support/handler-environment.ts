/** What Lambda gives a handler besides its event: environment, context, and a console that is read. */
import type { Context } from 'aws-lambda';

/** Credentials and Region as Lambda sets them; set before a handler is imported. */
export function setEnvironment(variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    POWERTOOLS_METRICS_NAMESPACE: 'cdc',
    ...variables,
  });
}

export function lambdaContext(functionName: string, remainingMs = 60_000): Context {
  return {
    functionName,
    functionVersion: '1',
    memoryLimitInMB: '128',
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}`,
    awsRequestId: 'request-1',
    getRemainingTimeInMillis: () => remainingMs,
  } as Context;
}

export interface CapturedLines {
  /** Lines written so far, parsed; metrics and log lines alike. */
  read(): Readonly<Record<string, unknown>>[];
  stop(): void;
}

/**
 * Catches what logger and metrics write, so that a test can read it and the output stays clean. The logger has a
 * console of its own on the standard streams, so the streams are watched.
 */
export function captureLines(): CapturedLines {
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write.bind(stream);
    return jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      const text = String(chunk);
      if (!text.startsWith('{')) return write(text);
      lines.push(...text.trimEnd().split('\n'));
      return true;
    });
  });
  return {
    read: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    stop: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
}
