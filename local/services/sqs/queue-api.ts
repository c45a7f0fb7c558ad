/** The part of the SQS API that the pipeline calls: sending a message to a queue that a stack declares. */
import { createHash } from 'node:crypto';
import { type JsonObject, type JsonService, ServiceError } from '../../protocol/service';
import type { GivenUpQueue } from '../../runtime/ports/message-queue';
import { queueArnOf } from './queue-url';

/** The longest message (Amazon SQS developer guide, "Amazon SQS message quotas"). */
const MAX_MESSAGE_BYTES = 1024 * 1024;

export const createQueueApi = (queues: ReadonlyMap<string, GivenUpQueue>): JsonService => ({
  handle: async (operation, input) => {
    if (operation === 'SendMessage') return sendMessage(queues, input);
    throw new ServiceError(
      'UnknownOperationException',
      `the laptop's SQS does not know the operation ${operation}`,
      501,
    );
  },
});

function sendMessage(
  queues: ReadonlyMap<string, GivenUpQueue>,
  { QueueUrl: url, MessageBody: body }: JsonObject,
): JsonObject {
  const queue = queues.get(queueArnOf(String(url)));
  if (queue === undefined) {
    throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.', 400);
  }
  if (typeof body !== 'string' || body === '' || Buffer.byteLength(body) > MAX_MESSAGE_BYTES) {
    throw new ServiceError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be 1 to ${MAX_MESSAGE_BYTES} bytes.`,
    );
  }
  const { messageId } = queue.send(readable(body));
  return { MessageId: messageId, MD5OfMessageBody: createHash('md5').update(body).digest('hex') };
}

/** As the file shows it to a person: JSON as itself. */
function readable(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
