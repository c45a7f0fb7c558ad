/** The arguments of `npm run add-table -- dynamodb NAME`. */
import type { DynamodbEntry } from '../../pipeline/values/catalogue-entry';
import type { AddTableFlags } from './add-table-flags';
import type { Given } from './given';
import { keyPart } from './read-sample-items';
import { UsageError } from './usage-error';

export interface AddDynamodbArguments {
  readonly name: string;
  readonly table: string;
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
  /** Without them those that the environment names. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly file?: string;
  readonly key: DynamodbEntry['key'];
  readonly sampleCount: number;
  readonly target: DynamodbEntry['target'];
  readonly isDryRun: boolean;
  readonly tablesFolder?: string;
  /** The entry of a table without an item has its key alone. */
  readonly mayBeEmpty?: true;
}

export const USUAL_SAMPLE = 1000;

/** @throws UsageError */
export function parseAddDynamodbArguments({
  words: [, name = ''],
  flags,
}: Given<AddTableFlags>): AddDynamodbArguments {
  const key = flags.key.map(parseKey);
  if (flags.file !== undefined && (key.length < 1 || key.length > 2))
    throw new UsageError(
      'a file does not tell the key of its items: --key id:S, and --key at:N for a sort key',
    );
  if (flags.file === undefined && key.length > 0)
    throw new UsageError('--key is for --file; a table tells its key');
  const { profile, region, endpoint, file, tables } = flags;
  return {
    name,
    table: flags.table ?? name,
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(file === undefined ? {} : { file }),
    key,
    sampleCount: flags.sample ?? USUAL_SAMPLE,
    target: parseTarget(flags.target ?? `dynamodb.${name.replaceAll('-', '_')}`),
    isDryRun: flags.dryRun,
    ...(tables === undefined ? {} : { tablesFolder: tables }),
  };
}

function parseKey(text: string): DynamodbEntry['key'][number] {
  const at = text.lastIndexOf(':');
  if (at < 1) throw new UsageError(`--key NAME:TYPE, like id:S, got: ${text}`);
  return keyPart(text.slice(0, at), text.slice(at + 1));
}

function parseTarget(text: string): DynamodbEntry['target'] {
  const [schema = '', table = '', ...rest] = text.split('.');
  if (schema !== '' && table !== '' && rest.length === 0) return { schema, table };
  throw new UsageError(`--target SCHEMA.TABLE, like market.quotes, got: ${text}`);
}
