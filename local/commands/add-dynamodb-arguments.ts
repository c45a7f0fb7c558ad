/** The arguments of `npm run add-table -- dynamodb NAME`. */
import { parseArgs } from 'node:util';
import type { DynamodbEntry } from '../../pipeline/values/catalogue-entry';
import { UsageError } from './arguments';
import { keyPart } from './read-sample-items';

export const ADD_DYNAMODB_HELP = `npm run add-table -- dynamodb NAME [flags]     proposes tables/NAME.json from a sample of a table's items

  reads the table NAME of the AWS account that the environment names; or
  --table TABLE           where it is not called as the entry
  --profile PROFILE       with a profile of the AWS configuration
  --region REGION         in another region
  --endpoint URL          from DynamoDB Local, or another server
  --file FILE             from a file: what aws dynamodb scan prints, a file of an export, or plain JSON
  --key NAME:TYPE         the key of a file's items, S or N; given again for a sort key
  --sample COUNT          how many items are read (default 1000)
  --target SCHEMA.TABLE   in Redshift (default dynamodb.NAME)
  --dry-run               shows each attribute's fate and the entry, and writes nothing
  --tables DIR            where entries are (default tables)`;

export interface AddDynamodbArguments {
  readonly help: boolean;
  readonly name: string;
  readonly table: string;
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly file?: string;
  readonly key: DynamodbEntry['key'];
  readonly sampleCount: number;
  readonly target: DynamodbEntry['target'];
  readonly isDryRun: boolean;
  readonly tablesFolder?: string;
}

const MAX_SAMPLE = 100_000;

/** `args` without the leading `dynamodb`. @throws UsageError */
export function parseAddDynamodbArguments(args: readonly string[]): AddDynamodbArguments {
  const { values, positionals } = parseOrUsage(args);
  const help = values.help === true;
  const [name = '', ...rest] = positionals;
  if (!help && (name === '' || rest.length > 0))
    throw new UsageError(
      `expected: npm run add-table -- dynamodb NAME, got: ${positionals.join(' ') || 'nothing'}`,
    );
  const key = (values.key ?? []).map(parseKey);
  if (!help && values.file !== undefined && (key.length < 1 || key.length > 2))
    throw new UsageError(
      'a file does not tell the key of its items: --key id:S, and --key at:N for a sort key',
    );
  if (values.file === undefined && key.length > 0)
    throw new UsageError('--key is for --file; a table tells its key');
  const { profile, region, endpoint, file, tables } = values;
  return {
    help,
    name,
    table: values.table ?? name,
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(file === undefined ? {} : { file }),
    key,
    sampleCount: parseCount(values.sample ?? '1000'),
    target: parseTarget(values.target ?? `dynamodb.${name.replaceAll('-', '_')}`),
    isDryRun: values['dry-run'] === true,
    ...(tables === undefined ? {} : { tablesFolder: tables }),
  };
}

function parseOrUsage(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      strict: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        table: { type: 'string' },
        profile: { type: 'string' },
        region: { type: 'string' },
        endpoint: { type: 'string' },
        file: { type: 'string' },
        key: { type: 'string', multiple: true },
        sample: { type: 'string' },
        target: { type: 'string' },
        'dry-run': { type: 'boolean' },
        tables: { type: 'string' },
      },
    });
  } catch (error) {
    const [message] = (error as Error).message.split('. ');
    throw new UsageError(`${message}. npm run add-table -- dynamodb --help lists the flags`);
  }
}

function parseKey(text: string): DynamodbEntry['key'][number] {
  const at = text.lastIndexOf(':');
  if (at < 1) throw new UsageError(`--key NAME:TYPE, like id:S, got: ${text}`);
  return keyPart(text.slice(0, at), text.slice(at + 1));
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MAX_SAMPLE) return count;
  throw new UsageError(`--sample is a number of items from 1 to ${MAX_SAMPLE}, got: ${text}`);
}

function parseTarget(text: string): DynamodbEntry['target'] {
  const [schema = '', table = '', ...rest] = text.split('.');
  if (schema !== '' && table !== '' && rest.length === 0) return { schema, table };
  throw new UsageError(`--target SCHEMA.TABLE, like market.quotes, got: ${text}`);
}
