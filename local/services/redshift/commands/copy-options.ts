/** What a COPY says, with its table resolved. */
import type { TableName } from '../sql/names';
import type { CopySettings } from '../sql/syntax/statement-tree';

export interface CopyOptions extends Readonly<CopySettings> {
  readonly table: TableName;
  readonly columns?: readonly string[];
  /** `s3://bucket/key` of the manifest. */
  readonly source: string;
}
