/** `--dynamodb http://127.0.0.1:8000 --items quotes,orders`, as a person types it. */
import type { OwnDynamodb } from '../state/own-source';
import { UsageError } from './usage-error';

export interface OwnDynamodbFlags {
  readonly dynamodb?: string;
  readonly items?: string;
  readonly region?: string;
  readonly profile?: string;
}

/** DynamoDB API reference, CreateTable. */
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;
const USUAL_REGION = 'us-east-1';

/** @throws UsageError */
export function parseOwnDynamodb(
  { dynamodb = '', items, region, profile }: OwnDynamodbFlags,
  environment: NodeJS.ProcessEnv = process.env,
): OwnDynamodb {
  const given = URL.canParse(dynamodb) ? new URL(dynamodb) : undefined;
  const isAddress = given !== undefined && /^https?:$/.test(given.protocol) && given.hostname !== '';
  if (!isAddress || given.username !== '' || given.pathname !== '/' || given.search !== '')
    throw new UsageError(
      `--dynamodb takes the address of DynamoDB Local or of a server like it, http://127.0.0.1:8000, got: ${dynamodb.replace(/\/\/[^/@]*@/, '//…@')}`,
    );
  if (/(^|\.)amazonaws\.com(\.cn)?$/.test(given.hostname))
    throw new UsageError(
      `${given.hostname} is DynamoDB in AWS, whose streams Lambda reads: deploy there, the table stays as it is (docs/adopt.md). --dynamodb is for DynamoDB Local and servers like it`,
    );
  if (items === undefined || items === '')
    throw new UsageError('--dynamodb needs --items: quotes, or several tables, separated by commas');
  const tables = [...new Set(items.split(',').map((one) => one.trim()))];
  const wrong = tables.filter((table) => !TABLE_NAME.test(table));
  if (wrong.length > 0)
    throw new UsageError(`--items takes names of DynamoDB tables, like quotes, got: ${wrong.join(', ')}`);
  return {
    endpoint: given.origin,
    region: region ?? (environment.AWS_REGION || environment.AWS_DEFAULT_REGION || USUAL_REGION),
    ...(profile === undefined ? {} : { profile }),
    tables,
  };
}
