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
  return tables.flatMap((table) => [
    plainAccess(action, `arn:aws:dynamodb:${facts.region}:${facts.accountId}:table/${table}`),
    ...keyAccess(facts, 'dynamodb', facts.keyOf('table', table), ['kms:Decrypt']),
  ]);
}

const onTable =
  (action: string): AccessRule =>
  (request, facts) =>
    onTables(action, [inputText(request, 'TableName')], facts);

/** A batch that names no table is a call on every table: who may call it on one only is denied. */
const onRequestedTables =
  (action: string): AccessRule =>
  (request, facts) => {
    const tables = Object.keys((request.input.RequestItems ?? {}) as object);
    return onTables(action, tables.length === 0 ? ['*'] : tables, facts);
  };

export const DYNAMODB_ACCESS: AccessRules = {
  BatchWriteItem: onRequestedTables('dynamodb:BatchWriteItem'),
  BatchGetItem: onRequestedTables('dynamodb:BatchGetItem'),
  Scan: onTable('dynamodb:Scan'),
  GetItem: onTable('dynamodb:GetItem'),
  PutItem: onTable('dynamodb:PutItem'),
  DescribeTable: onTable('dynamodb:DescribeTable'),
};
