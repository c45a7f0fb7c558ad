/** Multipart uploads: each a folder with its description and one file a part, until it is completed or aborted. */
import { createHash, randomUUID } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { s3Error } from './errors';
import { type Body, type ObjectMetadata, readObjectMetadata, writeObjectFile } from './object-file';
import type { ObjectStore, Precondition } from './object-store';

export interface PartReference {
  readonly partNumber: number;
  /** Without quotes. */
  readonly etag: string;
}

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
}

const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

export class MultipartUploads {
  constructor(
    private readonly folder: string,
    private readonly store: ObjectStore,
  ) {}

  create(upload: Upload): string {
    const uploadId = randomUUID();
    mkdirSync(join(this.folder, uploadId), { recursive: true });
    writeFileSync(join(this.folder, uploadId, 'upload.json'), JSON.stringify(upload));
    return uploadId;
  }

  /** A part sent again replaces the earlier one. */
  async putPart(
    where: { uploadId: string; bucket: string; key: string; partNumber: number },
    body: Body,
  ): Promise<ObjectMetadata> {
    this.find(where);
    const unfinished = join(this.folder, where.uploadId, randomUUID());
    try {
      const part = await writeObjectFile(unfinished, body, { key: where.key, headers: {} });
      renameSync(unfinished, this.partFile(where.uploadId, where.partNumber));
      return part;
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
  }

  async complete(
    where: { uploadId: string; bucket: string; key: string },
    references: readonly PartReference[],
    precondition: Precondition,
  ): Promise<ObjectMetadata> {
    const { headers } = this.find(where);
    const parts = this.checkParts(where.uploadId, references);
    const md5 = createHash('md5');
    for (const { metadata } of parts) md5.update(Buffer.from(metadata.etag, 'hex'));
    const metadata = await this.store.put(where.bucket, where.key, joinParts(parts), {
      headers,
      etag: `${md5.digest('hex')}-${parts.length}`,
      precondition,
    });
    rmSync(join(this.folder, where.uploadId), { recursive: true, force: true });
    return metadata;
  }

  abort(where: { uploadId: string; bucket: string; key: string }): void {
    this.find(where);
    rmSync(join(this.folder, where.uploadId), { recursive: true, force: true });
  }

  private find(where: { uploadId: string; bucket: string; key: string }): Upload {
    const file = join(this.folder, where.uploadId, 'upload.json');
    const isKnown = /^[0-9a-f-]{36}$/.test(where.uploadId) && existsSync(file);
    const upload = isKnown ? (JSON.parse(readFileSync(file, 'utf8')) as Upload) : undefined;
    if (upload === undefined || upload.bucket !== where.bucket || upload.key !== where.key) {
      throw s3Error(
        'NoSuchUpload',
        'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      );
    }
    return upload;
  }

  private partFile(uploadId: string, partNumber: number): string {
    return join(this.folder, uploadId, `part-${partNumber}`);
  }

  private checkParts(uploadId: string, references: readonly PartReference[]): Part[] {
    const isAscending = references.every(
      ({ partNumber }, index) => partNumber > (references[index - 1]?.partNumber ?? 0),
    );
    if (!isAscending) throw s3Error('InvalidPartOrder', 'The list of parts was not in ascending order.');
    const parts: Part[] = [];
    for (const [index, { partNumber, etag }] of references.entries()) {
      const file = this.partFile(uploadId, partNumber);
      const metadata = existsSync(file) ? readObjectMetadata(file) : undefined;
      if (metadata?.etag !== etag) {
        throw s3Error(
          'InvalidPart',
          'One or more of the specified parts could not be found, or its entity tag did not match.',
          { PartNumber: partNumber },
        );
      }
      if (index < references.length - 1 && metadata.sizeBytes < SMALLEST_PART_BYTES) {
        throw s3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
          PartNumber: partNumber,
        });
      }
      parts.push({ file, metadata });
    }
    return parts;
  }
}

interface Part {
  readonly file: string;
  readonly metadata: ObjectMetadata;
}

async function* joinParts(parts: readonly Part[]): AsyncGenerator<Uint8Array, undefined, undefined> {
  for (const { file, metadata } of parts) {
    if (metadata.sizeBytes > 0) yield* createReadStream(file, { start: 0, end: metadata.sizeBytes - 1 });
  }
  return undefined;
}
