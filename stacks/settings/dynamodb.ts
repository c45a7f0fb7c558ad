/** The tables of DynamoDB: those that this deployment makes, and those that somebody else made. */
import * as z from 'zod';
import { dynamodbTables } from '../../pipeline/tables';
import { KEY_ARN } from './arns';
import { group, namesOutOf, text, whole } from './values';

const existingTable = group({
  /** Its own name. */
  name: text(/^[A-Za-z0-9_.-]{3,255}$/, 'the name of a table'),
  /** Of its stream of new and old images; DynamoDB gives a stream another label each time that it is switched on. */
  streamArn: text(
    /^arn:aws:dynamodb:[a-z0-9-]+:\d{12}:table\/[A-Za-z0-9_.-]{3,255}\/stream\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/,
    'the ARN of a stream with new and old images. A table without one gets it by: aws dynamodb update-table --table-name <table> --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES --query TableDescription.LatestStreamArn',
  ),
  /** The customer's key that encrypts it, if one does. */
  keyArn: KEY_ARN.optional(),
  /** Lets the seed data be written into it. */
  mayChange: namesOutOf(['items']),
});

export const DYNAMODB_SETTINGS = group({
  recoveryDays: whole(1, 35, 'days'),
  maxReadUnitsPerSecond: whole(1, 1_000_000, 'read units per second'),
  maxWriteUnitsPerSecond: whole(1, 1_000_000, 'write units per second'),
  /** What a backfill leaves to the table's own readers. */
  backfillReadUnitsPerSecond: whole(1, 1_000_000, 'read units per second'),
  /** Tables that somebody else made, by their name in the catalogue; the others are made. */
  existing: z
    .record(z.string(), existingTable, { error: 'tables by their name in the catalogue' })
    .optional(),
});

export type DynamodbSettings = z.output<typeof DYNAMODB_SETTINGS>;
export type ExistingTable = z.output<typeof existingTable>;

/** A stream's ARN begins with its table's. */
export const arnOfTable = ({ streamArn }: Pick<ExistingTable, 'streamArn'>): string =>
  streamArn.replace(/\/stream\/.*$/, '');

/** Problems that involve more than one value. */
export function checkDynamodb({ existing = {} }: DynamodbSettings, region: string): string[] {
  const known = dynamodbTables().map(({ name }) => name);
  return Object.entries(existing).flatMap(([table, { name, streamArn }]) => {
    const [, , , streamRegion] = streamArn.split(':');
    return [
      ...(known.includes(table)
        ? []
        : [
            `dynamodb.existing.${table}: allowed is a DynamoDB table of the catalogue (${known.join(', ') || 'there is none'}), got: ${JSON.stringify(table)}`,
          ]),
      ...(streamArn.includes(`:table/${name}/stream/`)
        ? []
        : [
            `dynamodb.existing.${table}.streamArn: allowed is a stream of the table ${name}, got: ${JSON.stringify(streamArn)}`,
          ]),
      ...(streamRegion === region
        ? []
        : [
            `dynamodb.existing.${table}.streamArn: allowed is a stream in ${region}, since Lambda reads no other region, got: ${JSON.stringify(streamArn)}`,
          ]),
    ];
  });
}
