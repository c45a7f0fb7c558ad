/** Binlog packets in, {@link BinlogEvent}s out. Holds what the protocol spreads over several packets. */
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { BinlogEvent } from './binlog-event';
import { BinlogDamagedError, ByteReader } from './byte-reader';
import { inflateEventPart, readTransactionPayload } from './compressed-events';
import { announcesChecksums, CHECKSUM_BYTES, checkEvent } from './event-checksum';
import { EVENT, ROWS_EVENTS, type RowsEventShape, UNREADABLE_EVENTS } from './event-types';
import { parseMariadbGtid } from './mariadb-gtid';
import { readGtidList, readPreviousGtids, uuidText } from './previous-gtids';
import { parseQueryEvent, type QueryEvent } from './query-event';
import { parseTableMap, type TableMap } from './table-map';

interface Header {
  readonly timestampSeconds: number;
  readonly type: number;
  readonly serverId: number;
  readonly size: number;
  readonly endOffset: number;
  readonly flags: number;
}

/** Written for this reader only, not in the file (MySQL source, LOG_EVENT_ARTIFICIAL_F). */
const ARTIFICIAL = 0x20;
/** The statement is about a temporary table (MySQL source, LOG_EVENT_THREAD_SPECIFIC_F). */
const THREAD_SPECIFIC = 0x4;

const HEADER_BYTES = 19;

interface KnownTable {
  readonly bytes: Buffer;
  readonly map: TableMap;
}

const SERVER_VERSION_BYTES = 50;

function inflated(body: ByteReader): ByteReader {
  const bytes = inflateEventPart(body.slice(body.remaining));
  return new ByteReader(bytes, 0, bytes.length);
}

/** Time, type, server id, size, end of the event in the file, flags: 19 bytes. */
function parseHeader(reader: ByteReader): Header {
  const timestampSeconds = reader.uint(4);
  const type = reader.uint(1);
  const serverId = reader.uint(4);
  const size = reader.uint(4);
  const endOffset = reader.uint(4);
  const flags = reader.uint(2);
  return { timestampSeconds, type, serverId, size, endOffset, flags };
}

export class BinlogParser {
  private file: string;
  private offset: number;
  private checksum: boolean;
  /** `announced`: a GTID was seen, so that one transaction or statement follows. */
  private group: 'none' | 'announced' | 'transaction' = 'none';
  private serverVersion = '';
  /** MariaDB: the statement that follows has not changed its table yet, or will not. */
  private leavesTableAsIs = false;
  private readonly tables = new Map<number, KnownTable>();
  /** Maps since the last row event: all maps of a statement come before its rows. */
  private opened: TableMap[] = [];
  private hasRows = false;

  constructor(start: SourcePosition, options: { readonly checksum: boolean }) {
    this.file = start.file;
    this.offset = start.offset;
    this.checksum = options.checksum;
  }

  /**
   * Parses one event, from its header to its end, and gives what it means: usually one event, or none.
   * @throws BinlogDamagedError when it is not as the server wrote it
   */
  parse(bytes: Buffer, start: number, end: number): BinlogEvent[] {
    checkEvent(bytes, start, end, this.checksum);
    const reader = new ByteReader(bytes, start, end);
    const header = parseHeader(reader);
    const trimmed = this.checksum && header.type !== EVENT.FORMAT_DESCRIPTION ? end - CHECKSUM_BYTES : end;
    return this.interpret(header, new ByteReader(bytes, reader.offset, trimmed));
  }

  private interpret(header: Header, body: ByteReader): BinlogEvent[] {
    const shape = ROWS_EVENTS.get(header.type);
    if (shape !== undefined) return this.rows(shape, body);
    const unreadable = UNREADABLE_EVENTS.get(header.type);
    if (unreadable !== undefined) return [{ kind: 'unreadable', what: unreadable }];
    switch (header.type) {
      case EVENT.TABLE_MAP:
        this.learnTable(body);
        return [];
      case EVENT.ROTATE:
        return this.rotate(body);
      case EVENT.FORMAT_DESCRIPTION:
        return this.formatDescription(header, body);
      case EVENT.GTID:
      case EVENT.ANONYMOUS_GTID:
      case EVENT.GTID_TAGGED:
        return this.announce(header, body);
      case EVENT.MARIADB_GTID:
        return this.mariadbGtid(header, body);
      case EVENT.PREVIOUS_GTIDS:
        return [{ kind: 'gtids-before', gtids: readPreviousGtids(body) }, ...this.between(header)];
      case EVENT.MARIADB_GTID_LIST:
        if ((header.flags & ARTIFICIAL) !== 0) return this.between(header);
        return [{ kind: 'gtids-before', gtids: readGtidList(body) }, ...this.between(header)];
      case EVENT.QUERY:
        return this.query(header, parseQueryEvent(body, 'query'));
      case EVENT.QUERY_COMPRESSED:
        return this.query(header, parseQueryEvent(body, 'compressed'));
      case EVENT.EXECUTE_LOAD_QUERY:
        return this.query(header, parseQueryEvent(body, 'load'));
      case EVENT.TRANSACTION_PAYLOAD:
        return this.payload(header, body);
      case EVENT.XID:
        body.skip(8);
        body.requireEnd('a commit');
        return this.end(header, 'commit');
      case EVENT.XA_PREPARE:
        return this.xaPrepare(header, body);
      default:
        return this.between(header);
    }
  }

  private formatDescription(header: Header, body: ByteReader): BinlogEvent[] {
    this.checksum = announcesChecksums(body.bytes, body.end);
    const version = body.bytes.toString('latin1', body.offset + 2, body.offset + 2 + SERVER_VERSION_BYTES);
    this.serverVersion = version.slice(0, Math.max(0, version.indexOf('\0')));
    this.tables.clear();
    this.group = 'none';
    return [{ kind: 'file', file: this.file, createdAtSeconds: header.timestampSeconds }];
  }

  private rotate(body: ByteReader): BinlogEvent[] {
    const offset = Number(body.uint64());
    const file = body.text(body.remaining);
    const artificial = file === this.file;
    this.file = file;
    this.offset = artificial ? Math.max(this.offset, offset) : offset;
    return artificial ? [] : [{ kind: 'position', position: { file, offset } }];
  }

  private announce(header: Header, body: ByteReader): BinlogEvent[] {
    this.group = 'announced';
    if (header.type !== EVENT.GTID) return [{ kind: 'begin', start: this.startOf(header) }];
    body.skip(1);
    const source = uuidText(body.slice(16));
    return [{ kind: 'begin', start: this.startOf(header), gtid: `${source}:${body.uint64()}` }];
  }

  /** Housekeeping events before it may not have been sent, so that the last position seen can lie further back. */
  private startOf(header: Header): SourcePosition {
    return { file: this.file, offset: Math.max(this.offset, header.endOffset - header.size) };
  }

  private mariadbGtid(header: Header, body: ByteReader): BinlogEvent[] {
    const { sequence, domain, isStandalone, isPreparedXa, leavesTableAsIs } = parseMariadbGtid(body);
    this.leavesTableAsIs = leavesTableAsIs;
    this.group = isStandalone ? 'announced' : 'transaction';
    const gtid = `${domain}-${header.serverId}-${sequence}`;
    const begin: BinlogEvent = { kind: 'begin', start: this.startOf(header), gtid };
    return isPreparedXa ? [begin, { kind: 'xa-start' }] : [begin];
  }

  private query(header: Header, query: QueryEvent): BinlogEvent[] {
    const { text } = query;
    if (/^BEGIN\b/i.test(text)) {
      const announced = this.group !== 'none';
      this.group = 'transaction';
      return announced ? [] : [{ kind: 'begin', start: this.startOf(header) }];
    }
    if (/^COMMIT\b/i.test(text)) return this.end(header, 'commit');
    if (/^ROLLBACK\s*$/i.test(text)) return this.end(header, 'rollback');
    if (/^XA\s+START\b/i.test(text)) {
      this.group = 'transaction';
      return [{ kind: 'xa-start' }];
    }
    const inTransaction = this.group === 'transaction';
    if (this.leavesTableAsIs) return this.end(header, 'commit');
    const { serverVersion } = this;
    const statement: BinlogEvent = {
      kind: 'statement',
      ...query,
      inTransaction,
      serverVersion,
      usesTemporary: (header.flags & THREAD_SPECIFIC) !== 0,
    };
    return inTransaction ? [statement] : [statement, ...this.end(header, 'commit')];
  }

  /** Whether it was committed at once (1), the format (4), two lengths (4, 4), then both parts of the name. */
  private xaPrepare(header: Header, body: ByteReader): BinlogEvent[] {
    const onePhase = body.uint(1) !== 0;
    const format = body.uint(4);
    const [global, branch] = [body.uint(4), body.uint(4)];
    const xid = `X'${body.slice(global).toString('hex')}',X'${body.slice(branch).toString('hex')}',${format}`;
    this.group = 'none';
    this.offset = header.endOffset;
    const position = { file: this.file, offset: this.offset };
    const committedAtMs = header.timestampSeconds * 1_000;
    return [{ kind: 'xa-prepare', position, xid, onePhase, committedAtMs }];
  }

  /** What is inside ends where the whole ends: nothing can resume in between. */
  private payload(header: Header, body: ByteReader): BinlogEvent[] {
    const events = readTransactionPayload(body);
    const found: BinlogEvent[] = [];
    for (let at = 0; at < events.length; ) {
      const inner = new ByteReader(events, at, events.length);
      const { size, ...rest } = parseHeader(inner);
      if (size < HEADER_BYTES || at + size > events.length)
        throw new BinlogDamagedError('an event inside a transaction has a size that does not fit');
      const bytes = new ByteReader(events, at + HEADER_BYTES, at + size);
      found.push(...this.interpret({ ...rest, size, endOffset: header.endOffset }, bytes));
      at += size;
    }
    return found;
  }

  private end(header: Header, kind: 'commit' | 'rollback'): BinlogEvent[] {
    this.group = 'none';
    this.offset = header.endOffset;
    const position = { file: this.file, offset: this.offset };
    if (kind === 'commit') return [{ kind, position, committedAtMs: header.timestampSeconds * 1_000 }];
    return [{ kind, position }];
  }

  /** Housekeeping of the server. It moves the position on, except inside a transaction, where nothing can resume. */
  private between(header: Header): BinlogEvent[] {
    if (this.group !== 'none' || header.endOffset <= this.offset) return [];
    this.offset = header.endOffset;
    return [{ kind: 'position', position: { file: this.file, offset: this.offset } }];
  }

  private learnTable(body: ByteReader): void {
    if (this.group === 'none') this.group = 'transaction';
    const id = body.uint(6);
    body.skip(2);
    // The map is sent again before each statement: what is unchanged keeps its object, by which readers are kept.
    const bytes = body.bytes.subarray(body.offset, body.end);
    let known = this.tables.get(id);
    if (known === undefined || !known.bytes.equals(bytes)) {
      const copy = Buffer.from(bytes);
      known = { bytes: copy, map: parseTableMap(new ByteReader(copy, 0, copy.length)) };
      this.tables.set(id, known);
    }
    if (this.hasRows) this.opened = [];
    this.hasRows = false;
    this.opened.push(known.map);
  }

  private rows(shape: RowsEventShape, body: ByteReader): BinlogEvent[] {
    const id = body.uint(6);
    body.skip(2);
    if (shape.version === 2) body.skip(body.uint(2) - 2);
    const known = this.tables.get(id);
    // An id that no map named marks the end of a statement without rows.
    if (known === undefined) return [];
    const bitmapBytes = (body.lengthEncoded() + 7) >> 3;
    const present = body.slice(bitmapBytes);
    const presentAfter = shape.operation === 'update' ? body.slice(bitmapBytes) : present;
    this.hasRows = true;
    const { operation } = shape;
    const { map } = known;
    const rows = shape.compressed === true ? inflated(body) : body;
    const partial = shape.partial === true ? { partial: true as const } : {};
    return [{ kind: 'rows', map, opened: this.opened, operation, present, presentAfter, rows, ...partial }];
  }
}
