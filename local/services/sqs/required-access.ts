/** Which permission each call of SQS needs (service authorization reference, Amazon SQS). */
import { type AccessRules, inputText, keyAccess, plainAccess } from '../../protocol/access';
import { queueArnOf } from './queue-url';

export const SQS_ACCESS: AccessRules = {
  SendMessage: (request, facts) => {
    const arn = queueArnOf(inputText(request, 'QueueUrl'));
    const key = facts.keyOf('queue', arn.split(':').at(-1) ?? '');
    return [
      plainAccess('sqs:SendMessage', arn),
      ...keyAccess(facts, 'sqs', key, ['kms:GenerateDataKey', 'kms:Decrypt']),
    ];
  },
};
