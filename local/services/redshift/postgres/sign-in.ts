/** The beginning of a connection: no TLS, who it is, and that it knows the password. */
import {
  buildSaslContinue,
  buildSaslFinal,
  buildSaslStart,
} from '../../../protocol/postgres/backend-messages';
import { type FrontendMessage, ProtocolViolation } from '../../../protocol/postgres/frontend-messages';
import { SCRAM_MECHANISM, ScramExchange, type ScramVerifier } from '../../../protocol/postgres/scram';

const PROTOCOL_3 = 0x0003_0000;
const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;

export type StartUp =
  | { readonly kind: 'encryption' }
  | { readonly kind: 'cancel'; readonly processId: number; readonly secret: number }
  | { readonly kind: 'start'; readonly parameters: ReadonlyMap<string, string> };

/** @throws ProtocolViolation */
export function parseStartUp({ body }: FrontendMessage): StartUp {
  const code = body.int32();
  if (code === SSL_REQUEST || code === GSS_REQUEST) return { kind: 'encryption' };
  if (code === CANCEL_REQUEST) return { kind: 'cancel', processId: body.int32(), secret: body.int32() };
  // A later minor version speaks this one as well; a client that needs more says so by an option.
  if (code >> 16 !== PROTOCOL_3 >> 16)
    throw new ProtocolViolation(
      `protocol version ${code >> 16}.${code & 0xffff}, where this port speaks 3.0`,
    );
  const parameters = new Map<string, string>();
  for (let name = body.text(); name !== ''; name = body.text()) parameters.set(name, body.text());
  return { kind: 'start', parameters };
}

interface Exchange {
  send(bytes: Buffer): Promise<void>;
  /** The next message, or undefined when the client has gone. */
  receive(): Promise<FrontendMessage | undefined>;
}

/** Whether the client proved the password. @throws ProtocolViolation */
export async function provePassword(exchange: Exchange, verifier: ScramVerifier): Promise<boolean> {
  await exchange.send(buildSaslStart(SCRAM_MECHANISM));
  const scram = new ScramExchange(verifier);
  const first = await exchange.receive();
  if (first === undefined) return false;
  requirePasswordMessage(first);
  const mechanism = first.body.text();
  if (mechanism !== SCRAM_MECHANISM)
    throw new ProtocolViolation(`sign-in by ${mechanism}, where this port offers ${SCRAM_MECHANISM}`);
  first.body.int32();
  await exchange.send(buildSaslContinue(scram.answerFirst(first.body.rest().toString('utf8'))));
  const last = await exchange.receive();
  if (last === undefined) return false;
  requirePasswordMessage(last);
  const answer = scram.answerLast(last.body.rest().toString('utf8'));
  if (answer === undefined) return false;
  await exchange.send(buildSaslFinal(answer));
  return true;
}

function requirePasswordMessage({ kind }: FrontendMessage): void {
  if (kind !== 'p') throw new ProtocolViolation(`a message '${kind}' where a password was asked for`);
}
