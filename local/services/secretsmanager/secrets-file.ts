import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../../state/write-atomically';

export interface SecretVersion {
  readonly id: string;
  readonly value: string;
  readonly stages: readonly string[];
  readonly createdAtSeconds: number;
}

export interface SecretRecord {
  readonly name: string;
  readonly arn: string;
  readonly createdAtSeconds: number;
  versions: readonly SecretVersion[];
}

/** All secrets, in memory and in a file of mode 0600 that is replaced whole at each change. */
export class SecretsFile {
  private readonly path: string;
  private readonly secrets: SecretRecord[];

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.path = join(folder, 'secrets.json');
    this.secrets = readSecrets(this.path);
  }

  find(matches: (secret: SecretRecord) => boolean): SecretRecord | undefined {
    return this.secrets.find(matches);
  }

  add(secret: SecretRecord): void {
    this.secrets.push(secret);
    this.write();
  }

  write(): void {
    writeFileAtomically(this.path, `${JSON.stringify(this.secrets, undefined, 2)}\n`, { mode: 0o600 });
  }
}

function readSecrets(path: string): SecretRecord[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as SecretRecord[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`${path} cannot be read; remove it to let the set-up make new secrets`, { cause: error });
  }
}
