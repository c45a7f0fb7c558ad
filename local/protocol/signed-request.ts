/** What must be right about a signed request beside its signature, before anything of its body is read. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Authorization } from './signature';

export interface SigningRules {
  /** The region of the deployment; absent, any region is taken. */
  readonly region?: string;
  /** AWS takes 15 minutes (AWS IAM user guide, "Elements of an AWS API request signature"). */
  readonly maxClockSkewMs?: number;
}

export const DEFAULT_MAX_CLOCK_SKEW_MS = 15 * 60_000;

/** What is wrong, in the kinds that AWS names differently. */
export interface SigningProblem {
  readonly kind: 'wrong' | 'too-old' | 'no-body-hash';
  readonly message: string;
}

export function findSigningProblem(
  headers: IncomingHttpHeaders,
  authorization: Authorization,
  rules: SigningRules,
): SigningProblem | undefined {
  return (
    findDateProblem(headers, authorization, rules.maxClockSkewMs ?? DEFAULT_MAX_CLOCK_SKEW_MS) ??
    findScopeProblem(authorization, rules) ??
    findHeaderProblem(headers, authorization) ??
    findHashProblem(headers, authorization)
  );
}

/** `YYYYMMDDTHHMMSSZ` */
const DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

function findDateProblem(
  headers: IncomingHttpHeaders,
  authorization: Authorization,
  maxSkewMs: number,
): SigningProblem | undefined {
  const date = String(headers['x-amz-date'] ?? '');
  const parts = DATE.exec(date);
  if (parts === null) {
    return wrong(`A signed request needs x-amz-date as YYYYMMDDTHHMMSSZ, got: ${JSON.stringify(date)}`);
  }
  if (!date.startsWith(authorization.date)) {
    return wrong(`Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date ${date}`);
  }
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as number[];
  const signedAtMs = Date.UTC(year!, month! - 1, day, hour, minute, second);
  const skewMs = Math.abs(Date.now() - signedAtMs);
  if (skewMs <= maxSkewMs) return undefined;
  const minutes = Math.round(maxSkewMs / 60_000);
  return {
    kind: 'too-old',
    message: `The difference between the request time (${date}) and the server's time is more than ${minutes} minutes. When this machine's clock jumps, CDC_CLOCK_SKEW_MINUTES gives more.`,
  };
}

function findScopeProblem({ region }: Authorization, rules: SigningRules): SigningProblem | undefined {
  if (rules.region === undefined || rules.region === region) return undefined;
  return wrong(
    `Credential should be scoped to a valid region: got ${region}, expected ${rules.region}, the region of the stacks.`,
  );
}

/** The host and each x-amz header must be signed, so that none can be changed or added on the way. */
function findHeaderProblem(
  headers: IncomingHttpHeaders,
  { signedHeaders }: Authorization,
): SigningProblem | undefined {
  const needed = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  const unsigned = needed.filter((name) => !signedHeaders.includes(name));
  if (unsigned.length === 0) return undefined;
  return wrong(`There were headers present in the request which were not signed: ${unsigned.join(', ')}`);
}

/** The names of what stands in for a hash (Amazon S3 API reference, "Authenticating requests", x-amz-content-sha256). */
const BODY_HASH =
  /^([0-9a-f]{64}|UNSIGNED-PAYLOAD|STREAMING-UNSIGNED-PAYLOAD-TRAILER|STREAMING-AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?)$/;

/** Every other service has the hash of the body itself in what is signed. */
function findHashProblem(
  headers: IncomingHttpHeaders,
  { service }: Authorization,
): SigningProblem | undefined {
  if (service !== 's3') return undefined;
  const hash = headers['x-amz-content-sha256'];
  if (hash === undefined) {
    return {
      kind: 'no-body-hash',
      message: 'Missing required header for this request: x-amz-content-sha256',
    };
  }
  if (BODY_HASH.test(String(hash))) return undefined;
  return {
    kind: 'no-body-hash',
    message: `x-amz-content-sha256 must be UNSIGNED-PAYLOAD, one of the STREAMING-… values that the twin knows, or a SHA-256 in hex, got: ${JSON.stringify(hash)}`,
  };
}

const wrong = (message: string): SigningProblem => ({ kind: 'wrong', message });
