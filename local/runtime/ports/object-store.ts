/** The port of S3: what the twins of other services do with buckets and objects. */
import { Single } from '../registry';

export interface ObjectReader {
  hasBucket(bucket: string): boolean;
  /** The bytes of an object. @throws ServiceError NoSuchKey */
  read(bucket: string, key: string): AsyncIterable<Buffer | string>;
  /** The objects of every bucket whose keys begin so, in the order of their keys. */
  list(prefix: string): readonly { readonly bucket: string; readonly key: string }[];
  /** Replaces an object whole. */
  putText(bucket: string, key: string, text: string): Promise<void>;
}

export const OBJECTS = new Single<ObjectReader>('the S3 server');
