/** The S3 twin behind a port of its own, open to every caller; the gateway puts the same service behind signatures. */
import { resolve } from 'node:path';
import { startHttpServer } from '../../local/protocol/http-server';
import type { RequestGate } from '../../local/protocol/service';
import { S3Service } from '../../local/services/s3/s3-service';

const OPEN: RequestGate = { verify: () => undefined, authorize: () => undefined };

export interface S3ServerOptions {
  /** Holds all state; kept by `stop()`. */
  readonly folder: string;
  /** Buckets to have from the start. */
  readonly buckets?: readonly string[];
}

export interface S3Server {
  /** `http://127.0.0.1:<port>`; clients address buckets by path. */
  readonly endpoint: string;
  readonly service: S3Service;
  /** A second call does nothing. */
  createBucket(name: string): void;
  stop(): Promise<void>;
}

export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const service = await S3Service.open(resolve(options.folder));
  for (const bucket of options.buckets ?? []) service.store.createBucket(bucket);
  const server = await startHttpServer((message, response) => void service.answer(message, response, OPEN));
  return {
    endpoint: server.endpoint,
    service,
    createBucket: (name) => service.store.createBucket(name),
    stop: server.stop,
  };
}
