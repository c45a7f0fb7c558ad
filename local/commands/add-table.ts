/** `npm run add-table -- mysql shop.orders`: brings an existing table of MySQL into the catalogue. */
import { ADD_TABLE_HELP, parseAddTableArguments } from './add-table-arguments';
import { adoptIntoCatalogue } from './adopt-into-catalogue';
import { runCommand } from './run-command';

async function main(args: readonly string[]): Promise<number> {
  const given = parseAddTableArguments(args);
  if (given.help) console.log(ADD_TABLE_HELP);
  else await adoptIntoCatalogue(given, (text) => console.log(text));
  return 0;
}

runCommand(main);
