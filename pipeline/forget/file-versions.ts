/** The data bucket with all versions of its objects, as forgetting sees it. */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

export interface FileVersion {
  readonly key: string;
  /** `null` in a bucket without versions. */
  readonly versionId: string;
  readonly isLatest: boolean;
}

export interface VersionPlace {
  readonly key: string;
  readonly versionId?: string | undefined;
}

export interface FileVersions {
  /** One page below a prefix, after a place; the place of its end where there is more. */
  list(
    prefix: string,
    after: VersionPlace | undefined,
  ): Promise<{ readonly versions: readonly FileVersion[]; readonly next: VersionPlace | undefined }>;
  /** Undefined when it is gone. */
  read(version: FileVersion): Promise<Uint8Array | undefined>;
  replace(key: string, body: Uint8Array): Promise<void>;
  /** For good. */
  removeVersion(version: FileVersion): Promise<void>;
}

export function fileVersions(client: S3Client, Bucket: string): FileVersions {
  return {
    async list(Prefix, after) {
      const page = await client.send(
        new ListObjectVersionsCommand({
          Bucket,
          Prefix,
          KeyMarker: after?.key,
          VersionIdMarker: after?.versionId,
        }),
      );
      const versions = (page.Versions ?? []).map(({ Key = '', VersionId = 'null', IsLatest = false }) => ({
        key: Key,
        versionId: VersionId,
        isLatest: IsLatest,
      }));
      const next =
        page.IsTruncated === true && page.NextKeyMarker !== undefined
          ? { key: page.NextKeyMarker, versionId: page.NextVersionIdMarker }
          : undefined;
      return { versions, next };
    },
    async read({ key: Key, versionId, isLatest }) {
      const VersionId = isLatest ? undefined : versionId;
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        if (error instanceof Error && ['NoSuchKey', 'NoSuchVersion'].includes(error.name)) return undefined;
        throw error;
      }
    },
    async replace(Key, Body) {
      const ContentType = Key.endsWith('.jsonl') ? 'application/x-ndjson' : 'application/gzip';
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
    },
    async removeVersion({ key: Key, versionId: VersionId }) {
      await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    },
  };
}
