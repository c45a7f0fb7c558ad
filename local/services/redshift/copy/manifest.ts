/** The manifest of a COPY, and the files that it names. */
import { gunzipSync } from 'node:zlib';
import { WarehouseError } from '../../../runtime/ports/warehouse';

/** Reads S3 by the role of one COPY. */
export type FetchAsRole = (bucket: string, key: string) => Promise<Buffer>;

export interface ManifestEntry {
  readonly url: string;
  readonly mandatory: boolean;
}

export interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

export function parseS3Address(url: string): S3Address {
  const found = /^s3:\/\/([^/]+)\/(.+)$/s.exec(url);
  if (found === null) throw new WarehouseError(`Problem reading manifest file - invalid url: ${url}`);
  return { bucket: found[1]!, key: found[2]! };
}

export async function readManifest(fetchObject: FetchAsRole, source: string): Promise<ManifestEntry[]> {
  const { bucket, key } = parseS3Address(source);
  const bytes = await fetchObject(bucket, key).catch((error: unknown) => {
    if (error instanceof WarehouseError) throw error;
    throw new WarehouseError(`Problem reading manifest file - ${reason(error)}\nDetail:\n  key: ${source}`);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new WarehouseError(`Problem reading manifest file - it is not JSON\nDetail:\n  key: ${source}`);
  }
  const entries = (parsed as { entries?: unknown } | null)?.entries;
  if (!Array.isArray(entries)) {
    throw new WarehouseError(`Problem reading manifest file - it has no entries\nDetail:\n  key: ${source}`);
  }
  return entries.map((entry: unknown) => {
    const { url, mandatory } = entry as { url?: unknown; mandatory?: unknown };
    if (typeof url !== 'string')
      throw new WarehouseError('Problem reading manifest file - an entry has no url');
    return { url, mandatory: mandatory === true };
  });
}

export interface CopyFile {
  readonly url: string;
  readonly bytes: Buffer;
}

/** In manifest order, one at a time; an entry that is listed twice is loaded twice, as in Redshift. */
export async function* readFiles(
  fetchObject: FetchAsRole,
  entries: readonly ManifestEntry[],
  gzip: boolean,
): AsyncGenerator<CopyFile> {
  let found = 0;
  for (const { url, mandatory } of entries) {
    const { bucket, key } = parseS3Address(url);
    const bytes = await fetchObject(bucket, key).catch((error: unknown) => missing(error, url, mandatory));
    if (bytes === undefined) continue;
    found += 1;
    yield { url, bytes: gzip ? unzip(bytes, url) : bytes };
  }
  if (found === 0)
    throw new WarehouseError('The specified S3 prefix of the manifest does not exist: no file was found');
}

function missing(error: unknown, url: string, mandatory: boolean): undefined {
  if (error instanceof WarehouseError) throw error;
  const absent =
    error instanceof Error && /NoSuchKey|NotFound|not exist/i.test(`${error.name} ${error.message}`);
  if (!absent) throw new WarehouseError(`S3ServiceException: ${reason(error)}\nDetail:\n  key: ${url}`);
  if (mandatory) {
    throw new WarehouseError(
      `Problem reading manifest file - S3ServiceException:Mandatory url is not present in manifest file\nDetail:\n  key: ${url}`,
    );
  }
  return undefined;
}

/**
 * A file is read whole here, as one text where a row of it is looked at: the longest that JavaScript holds. Staged files
 * have a few megabytes.
 */
const MOST_BYTES = 500 * 1024 * 1024;

/** Node's zlib finds truncated and damaged files, which DuckDB would load short without a word. */
export function unzip(bytes: Buffer, url: string, mostBytes = MOST_BYTES): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new WarehouseError(
        `The file is larger than ${mostBytes} bytes when it is decompressed, which is the most that the laptop's COPY takes: write several files.\nDetail:\n  key: ${url}`,
      );
    }
    throw new WarehouseError(
      `Failed to decompress the file with GZIP: ${reason(error)}\nDetail:\n  key: ${url}`,
    );
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
