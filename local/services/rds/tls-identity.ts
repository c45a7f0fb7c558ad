/** A private certificate authority and a server certificate for 127.0.0.1, so that TLS is verified here as in AWS. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TlsIdentity {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

const TEN_YEARS_MS = 10 * 365 * 24 * 3_600_000;

/** Makes the identity once; later calls return the same files. */
export async function ensureTlsIdentity(folder: string): Promise<TlsIdentity> {
  const identity = {
    caFile: join(folder, 'ca.pem'),
    certificateFile: join(folder, 'server.pem'),
    keyFile: join(folder, 'server-key.pem'),
  };
  if (existsSync(identity.keyFile)) return identity;
  mkdirSync(folder, { recursive: true });
  // Loaded by those who make one only: its parser of certificates is as large as all else that a command loads.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + TEN_YEARS_MS),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, keyEncipherment: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  writeFileSync(identity.caFile, made.cert);
  writeFileSync(identity.certificateFile, made.cert);
  writeFileSync(identity.keyFile, made.private, { mode: 0o600 });
  return identity;
}
