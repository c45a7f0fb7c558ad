/** The statements of one client: which run in the session of the warehouse, and which the port answers itself. */
import type { ResultColumn } from '../../../runtime/ports/warehouse';
import type { PositionalValue } from '../sql/syntax/token-reader';
import type { TwinSession } from '../storage/warehouse-session';
import type { WrittenStatement } from './cut-statements';
import { Portal } from './portal';
import { PortError } from './sql-states';

/** A statement that was begun: its rows, and what is said of it at its end. */
export interface Begun {
  readonly portal: Portal;
  /** Of a FETCH; 0 is all. */
  readonly most: number;
  /** The portal stays when its rows are given. */
  readonly isCursor: boolean;
  tag(count: number): string;
}

const answered = (tag: string): Begun => ({
  portal: new Portal((take) => take([], async () => undefined)),
  most: 0,
  isCursor: false,
  tag: () => tag,
});

/** What a portal may name on one connection. */
const MOST_CURSORS = 64;

export class ClientStatements {
  private readonly cursors = new Map<string, Portal>();
  /** Statements whose rows the client has not taken to their end. */
  private readonly open = new Set<Portal>();

  constructor(private readonly session: TwinSession) {}

  async begin(statement: WrittenStatement, values: readonly PositionalValue[]): Promise<Begun> {
    const [first = '', second = ''] = statement.words;
    switch (first) {
      case 'declare':
        return this.declare(statement, values);
      case 'fetch':
        return this.fetchFrom(statement);
      case 'close':
        return this.closeCursor(second);
      case 'discard':
        await this.endPortals();
        this.session.settings.clear();
        return answered('DISCARD ALL');
      case 'deallocate':
        return answered('DEALLOCATE');
      case 'copy':
        throw copyRefusal(statement);
      case 'commit':
      case 'end':
      case 'rollback':
      case 'abort':
        return this.endTransaction(first, statement);
      default:
        return this.run(statement, values);
    }
  }

  /** The columns that a statement will answer with. */
  async describe(
    statement: WrittenStatement,
    values: readonly PositionalValue[],
  ): Promise<readonly ResultColumn[]> {
    const [first = ''] = statement.words;
    if (first === 'fetch') return this.cursor(statement.words.at(-1) ?? '').opened;
    if (['declare', 'close', 'discard', 'deallocate', 'copy'].includes(first)) return [];
    await this.keepPortals();
    return this.session.describe(statement.sql, values);
  }

  /** Its rows were given; what is left of it is dropped. */
  async end({ portal, isCursor }: Begun): Promise<void> {
    if (isCursor) return;
    this.open.delete(portal);
    await portal.close();
  }

  async endPortals(): Promise<void> {
    for (const portal of [...this.open, ...this.cursors.values()]) await portal.close();
    this.open.clear();
    this.cursors.clear();
  }

  private async run(statement: WrittenStatement, values: readonly PositionalValue[]): Promise<Begun> {
    await this.keepPortals();
    const portal = new Portal((take) => this.session.read(statement.sql, values, take));
    await portal.opened;
    this.open.add(portal);
    const tag = tagOf(statement);
    return {
      portal,
      most: 0,
      isCursor: false,
      tag: (count) => (tag === 'SELECT' ? `SELECT ${count}` : tag),
    };
  }

  /** PostgreSQL rolls an aborted transaction back at COMMIT, and says so by the tag. */
  private async endTransaction(word: string, statement: WrittenStatement): Promise<Begun> {
    await this.endPortals();
    const isCommit = word === 'commit' || word === 'end';
    if (!isCommit || this.session.transactionState === 'aborted') {
      await this.session.rollback();
      return answered('ROLLBACK');
    }
    await this.session.run(statement.sql);
    return answered('COMMIT');
  }

  private async declare(statement: WrittenStatement, values: readonly PositionalValue[]): Promise<Begun> {
    const found =
      /^declare\s+("(?:[^"]|"")+"|[\w$]+)\s+(?:(?:binary|insensitive|no\s+scroll|scroll)\s+)*cursor\s+(?:(?:with|without)\s+hold\s+)?for\s+(.*)$/is.exec(
        statement.sql,
      );
    if (found === null) throw new PortError('42601', 'DECLARE needs a name, CURSOR FOR and a query');
    if (this.session.transactionState === 'none')
      throw new PortError('25P01', 'DECLARE CURSOR can only be used in transaction blocks');
    const name = cursorName(found[1]!);
    if (this.cursors.has(name)) throw new PortError('42P03', `cursor "${name}" already exists`);
    if (this.cursors.size >= MOST_CURSORS)
      throw new PortError('54000', `a connection has up to ${MOST_CURSORS} cursors here`);
    const sql = found[2]!;
    if (!/^\s*(?:select|with|\()/i.test(sql)) throw new PortError('42601', 'a cursor is for a SELECT');
    await this.keepPortals();
    const portal = new Portal((take) => this.session.read(sql, values, take));
    await portal.opened;
    this.cursors.set(name, portal);
    return answered('DECLARE CURSOR');
  }

  private fetchFrom({ sql }: WrittenStatement): Begun {
    const found =
      /^fetch\s+(?:(?:forward\s+)?(all|next|\d+)\s+|forward\s+)?(?:(?:from|in)\s+)?("(?:[^"]|"")+"|[\w$]+)\s*$/i.exec(
        sql,
      );
    if (found === null)
      throw new PortError(
        '0A000',
        'only FETCH [FORWARD] NEXT, ALL or a number of rows FROM a cursor is supported',
      );
    const portal = this.cursor(found[2]!);
    const wanted = (found[1] ?? 'next').toLowerCase();
    if (/^0+$/.test(wanted)) throw new PortError('0A000', 'FETCH of no rows is not supported');
    const most = wanted === 'all' ? 0 : wanted === 'next' ? 1 : Number(wanted);
    return { portal, most, isCursor: true, tag: (count) => `FETCH ${count}` };
  }

  private async closeCursor(word: string): Promise<Begun> {
    if (word === 'all') {
      await this.endPortals();
      return answered('CLOSE CURSOR ALL');
    }
    const name = cursorName(word);
    await this.cursor(name).close();
    this.cursors.delete(name);
    return answered('CLOSE CURSOR');
  }

  private cursor(written: string): Portal {
    const name = cursorName(written);
    const portal = this.cursors.get(name);
    if (portal === undefined) throw new PortError('34000', `cursor "${name}" does not exist`);
    return portal;
  }

  /** The session is free for the next statement. */
  private async keepPortals(): Promise<void> {
    for (const portal of [...this.open, ...this.cursors.values()]) await portal.keep();
  }
}

const cursorName = (written: string): string =>
  written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"').toLowerCase() : written.toLowerCase();

function copyRefusal({ sql }: WrittenStatement): PortError {
  return /\bstdout\b/i.test(sql)
    ? new PortError(
        '0A000',
        'COPY … TO STDOUT is not supported, as in Redshift',
        'psql writes a query as CSV with: psql --csv --output FILE --command "select …"',
      )
    : new PortError('25006', 'cannot execute COPY in a read-only transaction', 'This port only reads.');
}

/** The tag at the end of a statement: its first word, by the names that PostgreSQL has for it. */
function tagOf({ words: [first = ''] }: WrittenStatement): string {
  if (first === '(' || first === 'with') return 'SELECT';
  return first === 'start' ? 'START TRANSACTION' : first.toUpperCase();
}
