/** COPY: its grammar. What runs it is in ../../copy. */
import { ownValue } from '../../../../../pipeline/values/own-value';
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import type { Grammar } from './grammar';
import type { CopySettings, CopyStatement } from './statement-tree';
import type { TokenReader } from './token-reader';

const DEFAULTS: CopySettings = {
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

export function parseCopy({ reader }: Grammar): CopyStatement {
  reader.expectWord('copy');
  const table = reader.dottedName();
  const columns = reader.isOperator('(') ? { columns: reader.nameList() } : {};
  reader.expectWord('from');
  const source = reader.stringLiteral();
  const settings = { ...DEFAULTS };
  while (!reader.atEnd() && !reader.isOperator(';')) {
    if (reader.acceptWord('iam_role')) settings.role = parseRole(reader);
    else parseOption(reader, settings);
  }
  if (settings.role === '') {
    throw new WarehouseError('CREDENTIALS argument is required but not specified (IAM_ROLE is missing)');
  }
  checkSettings(reader, source, settings);
  return { kind: 'copy', table, ...columns, source, settings };
}

function parseRole(reader: TokenReader): string {
  if (reader.acceptWord('default')) return 'default';
  const role = reader.stringLiteral();
  if (role !== 'default' && !/^arn:aws[\w-]*:iam::\d{12}:role\//.test(role)) {
    throw new WarehouseError(`IAM_ROLE '${role}' is not the ARN of a role`);
  }
  return role;
}

/** Options with the value that follows them; AS may come between them. */
const WITH_VALUE: Readonly<Record<string, (reader: TokenReader, options: CopySettings) => void>> = {
  json: (reader, options) => {
    options.json = reader.peek().kind === 'string' ? reader.stringLiteral() : 'auto';
  },
  timeformat: (reader, options) => {
    options.timeFormat = reader.stringLiteral();
  },
  dateformat: (reader, options) => {
    options.dateFormat = reader.stringLiteral();
  },
  maxerror: (reader, options) => {
    options.maxErrors = reader.integer();
  },
  acceptinvchars: (reader, options) => {
    options.replacement = reader.peek().kind === 'string' ? reader.stringLiteral() : '?';
  },
  region: (reader) => {
    reader.stringLiteral();
  },
  encoding: (reader) => {
    reader.expectWord('utf8');
  },
};

const FLAGS: Readonly<Record<string, (options: CopySettings) => void>> = {
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

function parseOption(reader: TokenReader, options: CopySettings): void {
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
  const withValue = ownValue(WITH_VALUE, token.text);
  const flag = ownValue(FLAGS, token.text);
  if (withValue !== undefined) {
    reader.acceptWord('as');
    withValue(reader, options);
  } else if (flag !== undefined) flag(options);
  else throw reader.unsupported(`COPY option ${token.raw.toUpperCase()}`);
}

function checkSettings(reader: TokenReader, source: string, options: CopySettings): void {
  if (options.json === undefined) throw reader.unsupported('COPY of another format than JSON');
  if (!options.manifest) throw reader.unsupported('COPY of a key prefix without MANIFEST');
  if (!source.startsWith('s3://')) throw new WarehouseError(`COPY from '${source}' is not supported`);
  if (!['auto', 'epochsecs', 'epochmillisecs', 'YYYY-MM-DD HH:MI:SS'].includes(options.timeFormat)) {
    throw reader.unsupported(`TIMEFORMAT '${options.timeFormat}'`);
  }
  if (!['auto', 'YYYY-MM-DD'].includes(options.dateFormat)) {
    throw reader.unsupported(`DATEFORMAT '${options.dateFormat}'`);
  }
  if (options.maxErrors > 100_000) throw new WarehouseError('MAXERROR must be between 0 and 100000');
}
