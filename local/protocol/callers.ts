/** Who may call the gateway: each function and tool has an access key of its own, made again at each start. */
import { randomBytes } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface RegisteredCaller extends Credentials {
  readonly identity: string;
}

export class Callers {
  private readonly byIdentity = new Map<string, RegisteredCaller>();
  private readonly byAccessKeyId = new Map<string, RegisteredCaller>();

  /** A second call for the same identity returns the same credentials. */
  register(identity: string): Credentials {
    const known = this.byIdentity.get(identity);
    if (known !== undefined) return known;
    const caller: RegisteredCaller = {
      identity,
      // The form of AWS's own keys: DynamoDB Local takes letters and digits only.
      accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64url'),
    };
    this.byIdentity.set(identity, caller);
    this.byAccessKeyId.set(caller.accessKeyId, caller);
    return caller;
  }

  find(accessKeyId: string): RegisteredCaller | undefined {
    return this.byAccessKeyId.get(accessKeyId);
  }
}
