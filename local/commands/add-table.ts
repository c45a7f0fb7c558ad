/** `npm run add-table -- mysql shop.orders`, or `-- dynamodb quotes`: brings an existing table into the catalogue. */
import { parseAddDynamodbArguments } from './add-dynamodb-arguments';
import { addDynamodbTable } from './add-dynamodb-table';
import { parseAddTableArguments } from './add-table-arguments';
import { type AddTableFlags, refuseFlagsOfOther } from './add-table-flags';
import { adoptIntoCatalogue } from './adopt-into-catalogue';
import type { Given } from './given';

export async function command(given: Given<AddTableFlags>): Promise<number> {
  const print = (text: string): void => console.log(text);
  const source = given.words[0] === 'dynamodb' ? 'dynamodb' : 'mysql';
  refuseFlagsOfOther(source, given.flags);
  if (source === 'dynamodb') await addDynamodbTable(parseAddDynamodbArguments(given), print);
  else await adoptIntoCatalogue(parseAddTableArguments(given), print);
  return 0;
}
