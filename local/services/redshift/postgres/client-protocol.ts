/** The simple and the extended protocol of one signed-in client (PostgreSQL documentation, "Message Flow"). */
import {
  BIND_COMPLETE,
  buildCommandComplete,
  buildDataRow,
  buildError,
  buildParameterDescription,
  buildReady,
  buildRowDescription,
  CLOSE_COMPLETE,
  EMPTY_QUERY,
  NO_DATA,
  PARSE_COMPLETE,
  PORTAL_SUSPENDED,
  type TransactionStatus,
} from '../../../protocol/postgres/backend-messages';
import {
  type FrontendBody,
  type FrontendMessage,
  ProtocolViolation,
} from '../../../protocol/postgres/frontend-messages';
import { valueBytes } from '../../../protocol/postgres/value-bytes';
import type { ResultColumn } from '../../../runtime/ports/warehouse';
import type { PositionalValue } from '../sql/syntax/token-reader';
import type { TwinSession } from '../storage/warehouse-session';
import { boundValue, formatAt, type Prepared, placeholdersOf, TEXT_OID, textColumn } from './bound-values';
import type { ClientConnection } from './client-connection';
import { cutStatements, type WrittenStatement } from './cut-statements';
import { describeFailure, PortError } from './sql-states';
import { type Begun, ClientStatements } from './statements';

interface Bound {
  readonly prepared: Prepared;
  readonly values: readonly PositionalValue[];
  readonly formats: readonly number[];
  begun?: Begun;
}

/** Prepared statements and portals that one client may have at once. */
const MOST_NAMES = 1_000;
export class ClientProtocol {
  private readonly statements: ClientStatements;
  private readonly prepared = new Map<string, Prepared>();
  private readonly portals = new Map<string, Bound>();
  /** After an error, messages are skipped up to the next Sync. */
  private isSkipping = false;

  constructor(
    private readonly client: ClientConnection,
    private readonly session: TwinSession,
  ) {
    this.statements = new ClientStatements(session);
  }

  /** Until the client ends it or has gone. @throws ProtocolViolation */
  async serve(): Promise<void> {
    await this.ready();
    for (;;) {
      const message = await this.client.receive();
      if (message === undefined || message.kind === 'X') return;
      if (this.isSkipping && message.kind !== 'S') continue;
      try {
        await this.take(message);
      } catch (error) {
        if (error instanceof ProtocolViolation) throw error;
        await this.fail(error);
        if (message.kind === 'Q') await this.ready();
        else this.isSkipping = true;
      }
    }
  }

  /** Nothing of the client runs on. */
  close(): Promise<void> {
    return this.statements.endPortals();
  }

  private async take({ kind, body }: FrontendMessage): Promise<void> {
    switch (kind) {
      case 'Q':
        await this.query(body.text());
        await this.ready();
        return;
      case 'P':
        return this.parse(body);
      case 'B':
        return this.bind(body);
      case 'D':
        return this.describe(body);
      case 'E':
        return this.execute(body);
      case 'C':
        return this.closeNamed(body);
      case 'H':
        return this.client.flush();
      case 'S':
        return this.sync();
      case 'd':
      case 'c':
      case 'f':
        // Of a COPY, which was refused.
        return;
      case 'F':
        throw new PortError('0A000', 'function calls outside of statements are not supported');
      default:
        throw new ProtocolViolation(`a message of the unknown kind '${kind}'`);
    }
  }

  private async fail(error: unknown, at = 0): Promise<void> {
    this.session.fail();
    const fields = describeFailure(error);
    const position = fields.position === undefined ? {} : { position: fields.position + at };
    await this.client.put(buildError({ ...fields, ...position }));
  }

  private async ready(): Promise<void> {
    const statuses = { none: 'I', open: 'T', aborted: 'E' } as const satisfies Record<
      string,
      TransactionStatus
    >;
    await this.client.send(buildReady(statuses[this.session.transactionState]));
  }

  /** The simple protocol: statement after statement, up to the first that fails. */
  private async query(text: string): Promise<void> {
    const found = cutStatements(text);
    if (found.length === 0) return this.client.put(EMPTY_QUERY);
    for (const statement of found) {
      try {
        await this.runWhole(statement);
      } catch (error) {
        return this.fail(error, statement.at);
      }
    }
  }

  private async runWhole(statement: WrittenStatement): Promise<void> {
    const begun = await this.statements.begin(statement, []);
    try {
      const columns = await begun.portal.opened;
      if (columns.length > 0) await this.client.put(buildRowDescription(columns.map(textColumn)));
      const { count } = await this.give(begun, columns, []);
      await this.client.put(buildCommandComplete(begun.tag(count)));
    } finally {
      await this.statements.end(begun);
    }
  }

  private async give(
    { portal, most }: Begun,
    columns: readonly ResultColumn[],
    formats: readonly number[],
  ): Promise<{ readonly count: number; readonly isOver: boolean }> {
    return portal.fetch(most, async (rows) => {
      for (const row of rows) {
        const values = row.map((value, at) =>
          valueBytes(value, columns[at]!.typeName, formatAt(formats, at)),
        );
        await this.client.put(buildDataRow(values));
      }
    });
  }

  private async parse(body: FrontendBody): Promise<void> {
    const name = body.text();
    const found = cutStatements(body.text());
    const typeOids = body.list((one) => one.int32());
    if (found.length > 1)
      throw new PortError('42601', 'cannot insert multiple commands into a prepared statement');
    if (name !== '' && this.prepared.has(name))
      throw new PortError('42P05', `prepared statement "${name}" already exists`);
    requireRoom(this.prepared, 'prepared statements');
    this.prepared.set(name, { statement: found[0], typeOids });
    await this.client.put(PARSE_COMPLETE);
  }

  private async bind(body: FrontendBody): Promise<void> {
    const portal = body.text();
    const prepared = this.preparedNamed(body.text());
    const parameterFormats = body.list((one) => one.int16());
    const bytes = body.list((one) => {
      const length = one.int32();
      return length < 0 ? null : one.take(length);
    });
    const formats = body.list((one) => one.int16());
    const wanted = placeholdersOf(prepared);
    if (bytes.length !== wanted)
      throw new PortError(
        '08P01',
        `bind message supplies ${bytes.length} parameters, but the statement requires ${wanted}`,
      );
    const values = bytes.map((value, at) =>
      boundValue(value, prepared.typeOids[at] ?? 0, formatAt(parameterFormats, at)),
    );
    const before = this.portals.get(portal);
    if (before?.begun !== undefined) await this.statements.end(before.begun);
    requireRoom(this.portals, 'portals');
    this.portals.set(portal, { prepared, values, formats });
    await this.client.put(BIND_COMPLETE);
  }

  private async describe(body: FrontendBody): Promise<void> {
    const kind = body.letter();
    const name = body.text();
    if (kind === 'P') {
      const bound = this.portalNamed(name);
      return this.describeColumns(bound.prepared, bound.values, bound.formats);
    }
    const prepared = this.preparedNamed(name);
    const count = placeholdersOf(prepared);
    const oids = Array.from({ length: count }, (_, at) => prepared.typeOids[at] || TEXT_OID);
    await this.client.put(buildParameterDescription(oids));
    // Their values are not known yet; a limit is some number.
    const values = oids.map((oid) => ({ ...boundValue(null, oid, 0), text: null }));
    return this.describeColumns(prepared, values, []);
  }

  private async describeColumns(
    { statement }: Prepared,
    values: readonly PositionalValue[],
    formats: readonly number[],
  ): Promise<void> {
    const columns = statement === undefined ? [] : await this.statements.describe(statement, values);
    await this.client.put(
      columns.length === 0
        ? NO_DATA
        : buildRowDescription(
            columns.map((column, at) => ({ ...textColumn(column), format: formatAt(formats, at) })),
          ),
    );
  }

  private async execute(body: FrontendBody): Promise<void> {
    const bound = this.portalNamed(body.text());
    const most = body.int32();
    const { statement } = bound.prepared;
    if (statement === undefined) return this.client.put(EMPTY_QUERY);
    bound.begun ??= await this.statements.begin(statement, bound.values);
    const { begun } = bound;
    const columns = await begun.portal.opened;
    const limited = begun.isCursor ? begun : { ...begun, most };
    const { count, isOver } = await this.give(limited, columns, bound.formats);
    if (most > 0 && !isOver && !begun.isCursor) return this.client.put(PORTAL_SUSPENDED);
    await this.statements.end(begun);
    await this.client.put(buildCommandComplete(begun.tag(count)));
  }

  private async closeNamed(body: FrontendBody): Promise<void> {
    const kind = body.letter();
    const name = body.text();
    if (kind === 'S') this.prepared.delete(name);
    else {
      const begun = this.portals.get(name)?.begun;
      this.portals.delete(name);
      if (begun !== undefined) await this.statements.end(begun);
    }
    await this.client.put(CLOSE_COMPLETE);
  }

  /** Portals live as long as their transaction, which ends here unless one was begun by a statement. */
  private async sync(): Promise<void> {
    this.isSkipping = false;
    if (this.session.transactionState !== 'open') {
      this.portals.clear();
      await this.statements.endPortals();
    }
    await this.ready();
  }

  private preparedNamed(name: string): Prepared {
    const prepared = this.prepared.get(name);
    if (prepared === undefined) throw new PortError('26000', `prepared statement "${name}" does not exist`);
    return prepared;
  }

  private portalNamed(name: string): Bound {
    const bound = this.portals.get(name);
    if (bound === undefined) throw new PortError('34000', `portal "${name}" does not exist`);
    return bound;
  }
}

function requireRoom(names: ReadonlyMap<string, unknown>, what: string): void {
  if (names.size >= MOST_NAMES)
    throw new PortError('54000', `a connection has up to ${MOST_NAMES} ${what} here; close some`);
}
