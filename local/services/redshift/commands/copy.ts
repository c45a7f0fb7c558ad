/** COPY: its grammar. What runs it is in ../copy. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { runCopy } from '../copy/run-copy';
import type { TableName, Translation } from '../sql/translation';
import type { Command } from './command';
import { onTable } from './needs';

export interface CopyOptions {
  readonly table: TableName;
  readonly columns?: readonly string[];
  /** `s3://bucket/key` of the manifest. */
  readonly source: string;
  /** ARN of the role that reads, or `default`. */
  role: string;
  manifest: boolean;
  gzip: boolean;
  /** `auto`, `auto ignorecase`, `noshred`, or the address of a jsonpaths file. */
  json?: string;
  timeFormat: string;
  dateFormat: string;
  maxErrors: number;
  truncateColumns: boolean;
  emptyAsNull: boolean;
  blanksAsNull: boolean;
  roundDecimals: boolean;
  /** Stands for each invalid byte. */
  replacement?: string;
  explicitIds: boolean;
}

export function parseCopy(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('copy');
  const table = t.tableName();
  const columns = reader.isOperator('(') ? parseColumns(t) : undefined;
  reader.expectWord('from');
  const source = reader.stringLiteral();
  const options: CopyOptions = {
    table,
    ...(columns === undefined ? {} : { columns }),
    source,
    role: '',
    manifest: false,
    gzip: false,
    timeFormat: 'YYYY-MM-DD HH:MI:SS',
    dateFormat: 'YYYY-MM-DD',
    maxErrors: 0,
    truncateColumns: false,
    emptyAsNull: false,
    blanksAsNull: false,
    roundDecimals: false,
    explicitIds: false,
  };
  while (!reader.atEnd() && !reader.isOperator(';')) {
    if (reader.acceptWord('iam_role')) {
      options.role = parseRole(t);
    } else parseOption(t, options);
  }
  if (options.role === '')
    throw new WarehouseError('CREDENTIALS argument is required but not specified (IAM_ROLE is missing)');
  checkOptions(t, options);
  return {
    locks: [{ table, mode: 'write' }],
    needs: [onTable(table, 'insert')],
    run: (session) => runCopy(session, options),
  };
}

function parseColumns(t: Translation): string[] {
  const { reader } = t;
  reader.expectOperator('(');
  const columns = [reader.name()];
  while (reader.acceptOperator(',')) columns.push(reader.name());
  reader.expectOperator(')');
  return columns;
}

function parseRole(t: Translation): string {
  const { reader } = t;
  if (reader.acceptWord('default')) return 'default';
  const role = reader.stringLiteral();
  if (role !== 'default' && !/^arn:aws[\w-]*:iam::\d{12}:role\//.test(role)) {
    throw new WarehouseError(`IAM_ROLE '${role}' is not the ARN of a role`);
  }
  return role;
}

/** Options with the value that follows them; AS may stand between. */
const WITH_VALUE: Readonly<Record<string, (t: Translation, options: CopyOptions) => void>> = {
  json: (t, options) => {
    options.json = t.reader.peek().kind === 'string' ? t.reader.stringLiteral() : 'auto';
  },
  timeformat: (t, options) => {
    options.timeFormat = t.reader.stringLiteral();
  },
  dateformat: (t, options) => {
    options.dateFormat = t.reader.stringLiteral();
  },
  maxerror: (t, options) => {
    options.maxErrors = t.reader.integer();
  },
  acceptinvchars: (t, options) => {
    options.replacement = t.reader.peek().kind === 'string' ? t.reader.stringLiteral() : '?';
  },
  region: (t) => {
    t.reader.stringLiteral();
  },
  encoding: (t) => {
    t.reader.expectWord('utf8');
  },
};

const FLAGS: Readonly<Record<string, (options: CopyOptions) => void>> = {
  gzip: (options) => {
    options.gzip = true;
  },
  manifest: (options) => {
    options.manifest = true;
  },
  truncatecolumns: (options) => {
    options.truncateColumns = true;
  },
  emptyasnull: (options) => {
    options.emptyAsNull = true;
  },
  blanksasnull: (options) => {
    options.blanksAsNull = true;
  },
  roundec: (options) => {
    options.roundDecimals = true;
  },
  explicit_ids: (options) => {
    options.explicitIds = true;
  },
};

function parseOption(t: Translation, options: CopyOptions): void {
  const { reader } = t;
  const token = reader.take();
  if (token.kind !== 'word') throw reader.syntaxError(token);
  if (token.text === 'format') {
    reader.acceptWord('as');
    return;
  }
  if (token.text === 'compupdate' || token.text === 'statupdate') {
    // Statistics and encodings change no answer.
    for (const word of ['on', 'off', 'true', 'false', 'preset']) if (reader.acceptWord(word)) return;
    return;
  }
  const withValue = WITH_VALUE[token.text];
  const flag = FLAGS[token.text];
  if (withValue !== undefined) {
    reader.acceptWord('as');
    withValue(t, options);
  } else if (flag !== undefined) flag(options);
  else throw reader.unsupported(`COPY option ${token.raw.toUpperCase()}`);
}

function checkOptions(t: Translation, options: CopyOptions): void {
  if (options.json === undefined) throw t.reader.unsupported('COPY of another format than JSON');
  if (!options.manifest) throw t.reader.unsupported('COPY of a key prefix without MANIFEST');
  if (!options.source.startsWith('s3://'))
    throw new WarehouseError(`COPY from '${options.source}' is not supported`);
  if (!['auto', 'epochsecs', 'epochmillisecs', 'YYYY-MM-DD HH:MI:SS'].includes(options.timeFormat)) {
    throw t.reader.unsupported(`TIMEFORMAT '${options.timeFormat}'`);
  }
  if (!['auto', 'YYYY-MM-DD'].includes(options.dateFormat)) {
    throw t.reader.unsupported(`DATEFORMAT '${options.dateFormat}'`);
  }
  if (options.maxErrors > 100_000) throw new WarehouseError('MAXERROR must be between 0 and 100000');
}
