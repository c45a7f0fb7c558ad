import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Gateway, startGateway } from '../../../../local/protocol/gateway';
import { MessageQueue } from '../../../../local/services/sqs/message-queue';
import { createQueueApi } from '../../../../local/services/sqs/queue-api';

const folder = mkdtempSync(join(tmpdir(), 'cdc-queue-api-'));
const QUEUE_URL = 'https://sqs.eu-central-1.amazonaws.com/123456789012/letters';
let queue: MessageQueue;
let gateway: Gateway;
let client: SQSClient;

beforeAll(async () => {
  queue = MessageQueue.open(folder, 'letters');
  const queues = new Map([['arn:aws:sqs:eu-central-1:123456789012:letters', queue]]);
  gateway = await startGateway({ services: new Map([['sqs', createQueueApi(queues)]]) });
  client = new SQSClient({
    endpoint: gateway.endpoint,
    region: 'eu-central-1',
    credentials: gateway.registerCaller('stage-stream-records'),
    maxAttempts: 1,
    useQueueUrlAsEndpoint: false,
  });
});
afterAll(async () => {
  client.destroy();
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const send = (MessageBody: string, QueueUrl = QUEUE_URL) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody }));

it('a message is in the file of its queue, JSON as itself; the SDK finds its digest right', async () => {
  const { MessageId } = await send('{"code":"STREAM_RECORD_INVALID","é":"😀"}');
  await send('plain');
  expect(queue.read()).toMatchObject([
    { messageId: MessageId, body: { code: 'STREAM_RECORD_INVALID', é: '😀' } },
    { body: 'plain' },
  ]);
});

it.each([
  ['another queue', 'https://sqs.eu-central-1.amazonaws.com/123456789012/others'],
  ['another account', 'https://sqs.eu-central-1.amazonaws.com/210987654321/letters'],
  ['no queue at all', 'https://example.com/letters'],
])('%s does not exist', async (_what, url) => {
  await expect(send('x', url)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});

it('a message of more than a megabyte, and what the twin does not know, are refused', async () => {
  await expect(send('x'.repeat(1024 * 1024 + 1))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await expect(client.send(new ReceiveMessageCommand({ QueueUrl: QUEUE_URL }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
});
