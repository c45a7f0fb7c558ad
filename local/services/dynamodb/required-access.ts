/** What each DynamoDB call needs (service authorization reference, "Actions, resources, and condition keys for Amazon DynamoDB"). */
import {
  type Access,
  type AccessFacts,
  type AccessRule,
  type AccessRules,
  inputText,
  keyAccess,
  plainAccess,
} from '../../protocol/access';

function onTables(action: string, tables: readonly string[], facts: AccessFacts): Access[] {
  // The API takes a table by its name or by its ARN.
  const names = tables.map((table) => table.slice(table.lastIndexOf('/') + 1));
  return names.flatMap((name) => [
    plainAccess(action, `arn:aws:dynamodb:${facts.region}:${facts.accountId}:table/${name}`),
    ...keyAccess(facts, 'dynamodb', facts.keyOf('table', name), ['kms:Decrypt']),
  ]);
}

interface TransactedItem {
  readonly Put?: { readonly TableName: string };
}

const onTable =
  (action: string): AccessRule =>
  (request, facts) =>
    onTables(action, [inputText(request, 'TableName')], facts);

/** A batch that names no table needs nothing, and is refused as DynamoDB does. */
const onRequestedTables =
  (action: string): AccessRule =>
  (request, facts) =>
    onTables(action, Object.keys((request.input.RequestItems ?? {}) as object), facts);

export const DYNAMODB_ACCESS: AccessRules = {
  BatchWriteItem: onRequestedTables('dynamodb:BatchWriteItem'),
  BatchGetItem: onRequestedTables('dynamodb:BatchGetItem'),
  Scan: onTable('dynamodb:Scan'),
  GetItem: onTable('dynamodb:GetItem'),
  PutItem: onTable('dynamodb:PutItem'),
  // Each action of a transaction needs what it would need alone (DynamoDB guide, "Amazon DynamoDB Transactions: IAM").
  TransactWriteItems: ({ input }, facts) =>
    ((input.TransactItems ?? []) as readonly TransactedItem[]).flatMap(({ Put }) =>
      Put === undefined ? [] : onTables('dynamodb:PutItem', [Put.TableName], facts),
    ),
  DescribeTable: onTable('dynamodb:DescribeTable'),
};
