/** SCRAM-SHA-256 (RFC 5802, RFC 7677) on the side of the server: the password is proven and never sent. */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { ProtocolViolation } from './frontend-messages';

export const SCRAM_MECHANISM = 'SCRAM-SHA-256';
/** PostgreSQL's default. */
const ITERATIONS = 4096;

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** What the server keeps in place of the password. */
export class ScramVerifier {
  readonly salt = randomBytes(16);
  private readonly storedKey: Buffer;
  private readonly serverKey: Buffer;

  constructor(password: string) {
    const salted = pbkdf2Sync(password, this.salt, ITERATIONS, 32, 'sha256');
    this.storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
    this.serverKey = hmac(salted, 'Server Key');
  }

  /** The server's signature, or undefined when the proof is not one of the password. */
  check(authMessage: string, proof: Buffer): string | undefined {
    const signature = hmac(this.storedKey, authMessage);
    if (proof.length !== signature.length) return undefined;
    const clientKey = Buffer.from(proof.map((byte, at) => byte ^ signature[at]!));
    const key = createHash('sha256').update(clientKey).digest();
    if (!timingSafeEqual(key, this.storedKey)) return undefined;
    return hmac(this.serverKey, authMessage).toString('base64');
  }
}

/** One sign-in: the client's first message is answered, its last one checked. */
export class ScramExchange {
  private header = '';
  private nonce = '';
  private signed = '';

  constructor(private readonly verifier: ScramVerifier) {}

  /** @throws ProtocolViolation */
  answerFirst(first: string): string {
    // Channel binding needs TLS; `y` says that the client could bind and believes that the server cannot.
    const found = /^([ny],[^,]*,)(n=[^,]*,r=([^,]+).*)$/.exec(first);
    if (found === null) throw new ProtocolViolation('the first message of SCRAM cannot be read');
    this.header = found[1]!;
    this.nonce = `${found[3]!}${randomBytes(18).toString('base64')}`;
    const answer = `r=${this.nonce},s=${this.verifier.salt.toString('base64')},i=${ITERATIONS}`;
    this.signed = `${found[2]!},${answer}`;
    return answer;
  }

  /** The last message of the server, or undefined when the password is another. @throws ProtocolViolation */
  answerLast(last: string): string | undefined {
    const found = /^(c=([^,]+),r=([^,]+).*?),p=([^,]+)$/.exec(last);
    if (found === null) throw new ProtocolViolation('the last message of SCRAM cannot be read');
    const [, unproven = '', binding = '', nonce = '', proof = ''] = found;
    if (nonce !== this.nonce || Buffer.from(binding, 'base64').toString() !== this.header) return undefined;
    const signature = this.verifier.check(`${this.signed},${unproven}`, Buffer.from(proof, 'base64'));
    return signature === undefined ? undefined : `v=${signature}`;
  }
}
