/** The arguments of `npm run forget`. */
import { parseArgs } from 'node:util';
import { DEFAULT_DATA_DIR, type TableArguments, UsageError } from './arguments';

export interface ForgetArguments extends TableArguments {
  readonly key: readonly string[];
}

/** The table may be any: the function says why it does not take one. A key that begins with `-` comes behind `--`. @throws UsageError */
export function parseForgetArguments(args: readonly string[]): ForgetArguments {
  const { values, positionals } = parse(args);
  const [table = '', ...key] = positionals;
  const help = values.help === true;
  if (!help && (table === '' || key.length === 0))
    throw new UsageError(
      'a table and a key are needed, with the sort key last: npm run forget -- trades t-1',
    );
  return { table, key, help, dataDir: values['data-dir'] ?? DEFAULT_DATA_DIR };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { 'data-dir': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch {
    throw new UsageError('the flags are --data-dir and --help');
  }
}
