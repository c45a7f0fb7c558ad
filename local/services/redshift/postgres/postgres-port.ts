/** A port on the loopback address where any Postgres client reads the warehouse. */
import { randomInt } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import {
  AUTHENTICATION_OK,
  buildError,
  buildKeyData,
  buildParameterStatus,
  type ErrorFields,
  NO_SSL,
} from '../../../protocol/postgres/backend-messages';
import { ProtocolViolation } from '../../../protocol/postgres/frontend-messages';
import { ScramVerifier } from '../../../protocol/postgres/scram';
import type { TwinWarehouse } from '../storage/open-warehouse';
import { OWN_SCHEMAS } from '../storage/own-schemas';
import type { TwinSession } from '../storage/warehouse-session';
import { ClientConnection } from './client-connection';
import { ClientProtocol } from './client-protocol';
import { parseStartUp, provePassword } from './sign-in';

export interface PostgresPortOptions {
  readonly warehouse: TwinWarehouse;
  readonly password: string;
  /** Tried first; another one is taken when something else listens there. */
  readonly port?: number | undefined;
}

export interface PostgresPort {
  readonly port: number;
  stop(): Promise<void>;
}

const MOST_CONNECTIONS = 32;
const SIGN_IN_MS = 30_000;

/** What clients read at the start. Redshift is PostgreSQL 8.0.2 to them, so that they ask for no more than that. */
const PARAMETERS: Readonly<Record<string, string>> = {
  server_version: '8.0.2',
  server_encoding: 'UTF8',
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  TimeZone: 'UTC',
  integer_datetimes: 'on',
  // A backslash escapes in Redshift's literals.
  standard_conforming_strings: 'off',
  default_transaction_read_only: 'on',
};

export async function startPostgresPort(options: PostgresPortOptions): Promise<PostgresPort> {
  const clients = new Clients(options);
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    void clients.serve(socket);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(options.port ?? 0).catch(() => listen(0));
  const address = server.address();
  if (address === null || typeof address !== 'object') throw new Error('the Postgres port got no port');
  return {
    port: address.port,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await clients.stop();
      await closed;
    },
  };
}

interface Served {
  readonly socket: Socket;
  /** That of the client's cancel requests. */
  readonly secret: number;
  session?: TwinSession;
  ended: Promise<void>;
}

class Clients {
  private readonly served = new Map<number, Served>();
  private readonly verifier: ScramVerifier;
  private lastId = 0;
  private isStopping = false;

  constructor(private readonly options: PostgresPortOptions) {
    this.verifier = new ScramVerifier(options.password);
  }

  async serve(socket: Socket): Promise<void> {
    const client = new ClientConnection(socket);
    const timer = setTimeout(() => socket.destroy(), SIGN_IN_MS);
    try {
      const parameters = await this.startUp(client, socket);
      if (parameters === undefined) return;
      if (this.served.size >= MOST_CONNECTIONS || this.isStopping) {
        await client.send(
          fatal('53300', `sorry, too many clients already: this port takes ${MOST_CONNECTIONS}`),
        );
        return;
      }
      this.lastId += 1;
      const served: Served = { socket, secret: randomInt(0, 2 ** 31 - 1), ended: Promise.resolve() };
      this.served.set(this.lastId, served);
      served.ended = this.serveSignedIn(client, { id: this.lastId, served, parameters, timer });
      await served.ended;
    } catch (error) {
      if (error instanceof ProtocolViolation)
        await client.send(fatal('08P01', error.message)).catch(() => undefined);
    } finally {
      clearTimeout(timer);
      client.end();
    }
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    const all = [...this.served.values()];
    for (const { session, socket } of all) {
      session?.cancel();
      socket.destroy();
    }
    await Promise.allSettled(all.map(({ ended }) => ended));
  }

  /** What the client says of itself; undefined when it has gone or only wanted to cancel. */
  private async startUp(
    client: ClientConnection,
    socket: Socket,
  ): Promise<ReadonlyMap<string, string> | undefined> {
    for (;;) {
      const message = await client.receive();
      if (message === undefined) return undefined;
      const start = parseStartUp(message);
      if (start.kind === 'start') {
        client.frames.start();
        return start.parameters;
      }
      if (start.kind === 'cancel') {
        const found = this.served.get(start.processId);
        if (found?.secret === start.secret) found.session?.cancel();
        socket.end();
        return undefined;
      }
      await client.send(NO_SSL);
    }
  }

  private async serveSignedIn(
    client: ClientConnection,
    { id, served, parameters, timer }: SignedIn,
  ): Promise<void> {
    try {
      const refused = await this.signIn(client, served, parameters);
      if (refused !== undefined) {
        await client.send(refused);
        return;
      }
      clearTimeout(timer);
      const session = served.session!;
      for (const [name, value] of Object.entries({ ...PARAMETERS, session_authorization: session.user }))
        await client.put(buildParameterStatus(name, value));
      await client.put(buildKeyData(id, served.secret));
      const protocol = new ClientProtocol(client, session);
      try {
        await protocol.serve();
      } finally {
        await protocol.close();
      }
    } finally {
      this.served.delete(id);
      await served.session?.close();
    }
  }

  /** Why not, or undefined. */
  private async signIn(
    client: ClientConnection,
    served: Served,
    parameters: ReadonlyMap<string, string>,
  ): Promise<Buffer | undefined> {
    const { warehouse } = this.options;
    const user = parameters.get('user') ?? '';
    if (!(await provePassword(client, this.verifier)))
      return fatal('28P01', `password authentication failed for user "${user}"`, PASSWORD_HINT);
    const database = parameters.get('database') ?? user;
    if (database !== warehouse.database)
      return fatal('3D000', `database "${database}" does not exist; this port has "${warehouse.database}"`);
    if (!(await warehouse.hasUser(user)))
      return fatal(
        '28000',
        `user "${user}" does not exist`,
        'The pipeline printed the command of psql when it started, with a user.',
      );
    served.session = await warehouse.openSession({ user, readOnly: true });
    await findAllSchemas(served.session);
    await client.put(AUTHENTICATION_OK);
    return undefined;
  }
}

/** A name without a schema is looked up in all but the pipeline's own, `public` first, so that `\dt` and plain names show every table. */
async function findAllSchemas(session: TwinSession): Promise<void> {
  const { rows } = await session.run('SELECT schema_name FROM svv_redshift_schemas ORDER BY schema_name');
  const others = rows
    .map(([name]) => String(name))
    .filter((name) => name !== 'public' && !OWN_SCHEMAS.includes(name));
  session.settings.set('search_path', ['public', ...others].join(', '));
}

interface SignedIn {
  readonly id: number;
  readonly served: Served;
  readonly parameters: ReadonlyMap<string, string>;
  readonly timer: NodeJS.Timeout;
}

const PASSWORD_HINT =
  'The pipeline printed the command of psql when it started; the file that it names has the password.';

const fatal = (code: string, message: string, hint?: string): Buffer =>
  buildError({
    severity: 'FATAL',
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
  } satisfies ErrorFields);
