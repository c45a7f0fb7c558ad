/** Serves until the process that started it ends or lets go of it. Arguments: the deployment, a folder of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { readStacks } from '../../../deployment/terraform-json';
import { ApiServer } from '../../../local/services/apigateway/api-server';
import { parseRestApi } from '../../../local/services/apigateway/rest-api';
import { UNRESERVED_CONCURRENCY } from '../../../local/services/lambda/aws_lambda_function';
import { startFunction } from '../../../local/services/lambda/function-host';
import { LaptopFunction } from '../../../local/services/lambda/laptop-function';

const HANDLER =
  "exports.handler = async () => ({ statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{}' });\n";

async function serve(deployment: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const zipFile = join(folder, 'bare.zip');
  writeFileSync(zipFile, zipSync({ 'index.js': Buffer.from(HANDLER) }));
  const name = 'bare';
  const host = await startFunction({
    name,
    zipFile,
    handler: 'index.handler',
    memoryMb: 512,
    timeoutSeconds: 28,
    reservedConcurrency: UNRESERVED_CONCURRENCY,
    region: 'us-east-1',
    environment: {},
    credentials: { accessKeyId: 'bare', secretAccessKey: 'bare' },
    folder: join(folder, name),
  });
  const called = new LaptopFunction({
    name,
    arn: 'arn:aws:lambda:us-east-1:123456789012:function:bare',
    role: name,
    logFile: join(folder, name, 'function.log'),
    host,
    tell: () => undefined,
  });
  const api = parseRestApi(name, documentOf(deployment));
  api.keys.add(name);
  const server = new ApiServer({ api, stage: 'v1', region: 'us-east-1', functionOf: () => called });
  await server.start();
  process.once('disconnect', () => void Promise.all([server.stop(), called.stop()]));
  process.send?.({ url: server.url });
}

function documentOf(deployment: string): string {
  for (const { resources } of readStacks(deployment))
    for (const { type, config } of resources)
      if (type === 'aws_api_gateway_rest_api') return String(config.body);
  throw new Error(`${deployment} has no API`);
}

const [, , deployment = '', folder = ''] = process.argv;
serve(deployment, folder).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
