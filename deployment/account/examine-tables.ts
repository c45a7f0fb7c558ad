/** Tables of DynamoDB that somebody else made: is their stream the one that the settings name, and of the right kind. */
import { change, type Examination, good, look } from './finding';

/** Of each table that somebody else made: its stream, which this deployment never switches on, and the key of its items. */
export const examineTables: Examination = async (deployment, account) =>
  Promise.all(
    deployment.of('existing_dynamodb_table').map(async (table) => {
      const [name, arn] = [table.text('name'), table.text('arn')];
      const isOwn = arn.split(':')[4] === deployment.home.accountId;
      const answer = await account.ask('dynamodb describe-table', { 'table-name': isOwn ? name : arn });
      const subject = `table ${name}`;
      if (answer?.Table === undefined) return change(subject, 'does not exist: set dynamodb.existing');
      const { LatestStreamArn, StreamSpecification, SSEDescription } = answer.Table;
      if (StreamSpecification?.StreamEnabled !== true)
        return change(subject, 'has no stream: docs/adopt.md has the command that switches one on');
      if (StreamSpecification.StreamViewType !== 'NEW_AND_OLD_IMAGES')
        return change(
          subject,
          `its stream has ${StreamSpecification.StreamViewType}: it must have NEW_AND_OLD_IMAGES, which takes another stream`,
        );
      if (LatestStreamArn !== table.text('stream_arn'))
        return change(subject, `set dynamodb.existing.${table.name}.streamArn to ${LatestStreamArn}`);
      const key = SSEDescription?.KMSMasterKeyArn;
      if (key !== undefined && key !== table.text('key_arn'))
        return look(subject, `is encrypted with ${key}: if it is a customer's key, set its keyArn`);
      return good(subject, 'has the stream and the key that the settings name');
    }),
  );
