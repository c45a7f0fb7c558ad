/** The port of an API in front of the sources: where it is, and what it was asked. */
import { Kind } from '../registry';

export interface ApiHits {
  readonly requests: number;
  /** Answered with 400 to 499. */
  readonly refused: number;
  /** Answered with 500 to 599. */
  readonly failed: number;
  /** Of the last requests; null before the first. */
  readonly medianMs: number | null;
  readonly p99Ms: number | null;
}

export interface AskedApi {
  readonly method: string;
  /** Of the document. */
  readonly path: string;
  readonly body: string;
}

export interface ServedApi {
  /** With the stage: what goes before a path of the document. */
  readonly url: string;
  /** What a caller shows, in words. */
  readonly admission: string;
  /** What lets this one request in. */
  headersFor(asked: AskedApi): Readonly<Record<string, string>>;
  hits(): ApiHits;
}

/** By the name of the API. */
export const SOURCE_APIS = new Kind<ServedApi>('APIs in front of the sources');
