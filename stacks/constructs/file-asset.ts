/** A file that belongs to a stack. Its path in the synthesized folder contains the hash of its content. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { AssetType, TerraformAsset } from 'cdktf';
import type { Construct } from 'constructs';

const CHUNK_BYTES = 1 << 20;

export interface FileAsset {
  /** Relative to the stack's folder. */
  readonly path: string;
  readonly sha256Base64: string;
  readonly sha256Hex: string;
}

/** @param remedy what to do when the file is missing. */
export function addFileAsset(scope: Construct, id: string, file: string, remedy: string): FileAsset {
  if (!existsSync(file)) throw new Error(`${file} is missing: ${remedy}`);
  const digest = sha256OfFile(file);
  const sha256Hex = digest.toString('hex');
  const asset = new TerraformAsset(scope, id, {
    path: file,
    type: AssetType.FILE,
    assetHash: sha256Hex.slice(0, 32),
  });
  return { path: asset.path, sha256Base64: digest.toString('base64'), sha256Hex };
}

/** In chunks: a seed file may be larger than memory. */
export function sha256OfFile(file: string): Buffer {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
      hash.update(buffer.subarray(0, read));
    }
  } finally {
    closeSync(descriptor);
  }
  return hash.digest();
}
