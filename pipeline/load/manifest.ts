/** The list of files that one COPY reads, and nothing else. */
import * as z from 'zod';

/** `s3://bucket/key`. */
export const s3Url = (bucket: string, key: string): string => `s3://${bucket}/${key}`;

/**
 * Text of the manifest of a batch. Every entry is mandatory: by default COPY skips a file that is not there. A file
 * listed twice would be loaded twice (Amazon Redshift database developer guide, "Using a manifest").
 */
export function buildManifest(bucket: string, keys: readonly string[]): string {
  const entries = [...new Set(keys)].sort().map((key) => ({ url: s3Url(bucket, key), mandatory: true }));
  return `${JSON.stringify({ entries }, null, 2)}\n`;
}

const MANIFEST = z.object({ entries: z.array(z.object({ url: z.string() })).min(1) });

/** Keys of the files; undefined for a text that is no manifest of this bucket. */
export function parseManifest(text: string, bucket: string): string[] | undefined {
  const prefix = s3Url(bucket, '');
  const parsed = MANIFEST.safeParse(parseJson(text));
  if (!parsed.success || !parsed.data.entries.every(({ url }) => url.startsWith(prefix))) return undefined;
  return parsed.data.entries.map(({ url }) => url.slice(prefix.length));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
