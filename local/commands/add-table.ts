/** `npm run add-table -- mysql shop.orders`, or `-- dynamodb quotes`: brings an existing table into the catalogue. */
import { ADD_DYNAMODB_HELP, parseAddDynamodbArguments } from './add-dynamodb-arguments';
import { addDynamodbTable } from './add-dynamodb-table';
import { ADD_TABLE_HELP, parseAddTableArguments } from './add-table-arguments';
import { adoptIntoCatalogue } from './adopt-into-catalogue';
import { runCommand } from './run-command';

async function main(args: readonly string[]): Promise<number> {
  const print = (text: string): void => console.log(text);
  if (args[0] === 'dynamodb') {
    const asked = parseAddDynamodbArguments(args.slice(1));
    if (asked.help) print(ADD_DYNAMODB_HELP);
    else await addDynamodbTable(asked, print);
    return 0;
  }
  const given = parseAddTableArguments(args);
  if (given.help) print(`${ADD_TABLE_HELP}\n\n${ADD_DYNAMODB_HELP}`);
  else await adoptIntoCatalogue(given, print);
  return 0;
}

runCommand(main);
