/** Where the MySQL server of a running pipeline listens; set-up wrote it into the secrets that functions read. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface StoredSecret {
  readonly name: string;
  readonly versions: readonly { readonly value: string; readonly stages: readonly string[] }[];
}

/** @throws Error when no secret has a port yet */
export function findMysqlPort(dataDir: string): number {
  const secrets = JSON.parse(
    readFileSync(join(dataDir, 'secrets', 'secrets.json'), 'utf8'),
  ) as StoredSecret[];
  for (const { name, versions } of secrets) {
    const current = versions.find(({ stages }) => stages.includes('AWSCURRENT'));
    if (!name.includes('mysql') || current === undefined) continue;
    const { port } = JSON.parse(current.value) as { port?: unknown };
    if (typeof port === 'number') return port;
  }
  throw new Error(`no secret of MySQL in ${dataDir} has a port yet: the pipeline is still being set up`);
}
