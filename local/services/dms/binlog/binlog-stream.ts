/** Follows the binlog of a server over one connection, with at most a few megabytes waiting in memory. */
import type { Connection } from 'mysql2';
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { BinlogEvent } from './binlog-event';
import { BinlogParser } from './binlog-parser';
import { buildDumpRequest, type OutgoingPacket } from './dump-request';
import type { Gtids } from './gtids';

/** The part of mysql2's packets and connections that it does not declare; its own binlog reader uses the same. */
export interface BinlogPacket {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
  isEOF(): boolean;
  isError(): boolean;
  asError(encoding: string): Error;
}
interface CommandConnection {
  addCommand(command: unknown): void;
  writePacket(packet: OutgoingPacket): void;
  _resetSequenceId(): void;
}

const MAX_WAITING_BYTES = 8 * 1024 * 1024;
const HEARTBEAT_SECONDS = 3;
/** Several heartbeats missed: the connection is dead although no one said so. */
const SILENCE_LIMIT_MS = 30_000;

export interface BinlogStreamOptions {
  /** A connection of its own, with TLS and login done; the stream closes it. */
  readonly connection: Connection;
  readonly start: SourcePosition;
  /** All transactions but these, wherever this server has them; otherwise all from `start` on. */
  readonly after?: Gtids;
}

export class BinlogStream {
  private readonly waiting: { readonly event: BinlogEvent; readonly bytes: number }[] = [];
  private head = 0;
  private waitingBytes = 0;
  private paused = false;
  private failure: Error | undefined;
  private wake: (() => void) | undefined;
  private lastPacketAt = performance.now();

  private constructor(
    private readonly connection: Connection,
    private readonly parser: BinlogParser,
  ) {}

  static async open(options: BinlogStreamOptions): Promise<BinlogStream> {
    const { connection, start, after } = options;
    const query = (sql: string): Promise<unknown[]> => queryRows(connection, sql);
    const [row] = (await query('SELECT @@GLOBAL.binlog_checksum AS checksum')) as { checksum: string }[];
    const heartbeatNanoseconds = HEARTBEAT_SECONDS * 1_000_000_000;
    await query(
      // A task that waits for the warehouse does not read; the server must not give up on it meanwhile.
      `SET @master_binlog_checksum = @@GLOBAL.binlog_checksum, @source_binlog_checksum = @@GLOBAL.binlog_checksum,
       @master_heartbeat_period = ${heartbeatNanoseconds}, @source_heartbeat_period = ${heartbeatNanoseconds},
       @mariadb_slave_capability = 4, SESSION net_write_timeout = 3600`,
    );
    const parser = new BinlogParser(start, { checksum: row?.checksum !== 'NONE' });
    const stream = new BinlogStream(connection, parser);
    if (after?.dialect === 'mariadb')
      await query(
        `SET @slave_connect_state = ${connection.escape(after.toString())}, @slave_gtid_strict_mode = 1`,
      );
    stream.dump(buildDumpRequest(start, after));
    return stream;
  }

  /** The next event, or undefined when none came within `waitMs`. @throws the error that ended the stream. */
  async next(waitMs: number): Promise<BinlogEvent | undefined> {
    if (this.head >= this.waiting.length && this.failure === undefined) await this.arrival(waitMs);
    const item = this.waiting[this.head];
    if (item === undefined) {
      if (this.failure !== undefined) throw this.failure;
      if (!this.paused && performance.now() - this.lastPacketAt > SILENCE_LIMIT_MS)
        throw connectionLost(`the source sent nothing for ${SILENCE_LIMIT_MS} ms, not even a heartbeat`);
      return undefined;
    }
    this.head += 1;
    this.waitingBytes -= item.bytes;
    if (this.head === this.waiting.length) {
      this.waiting.length = 0;
      this.head = 0;
      this.resume();
    }
    return item.event;
  }

  close(): void {
    this.fail(new Error('the binlog stream was closed'));
    this.connection.destroy();
  }

  private arrival(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake?.(), waitMs);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
    });
  }

  private resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.lastPacketAt = performance.now();
    this.connection.resume();
  }

  private dump(request: OutgoingPacket): void {
    this.connection.on('error', (error) => this.fail(error));
    this.connection.on('end', () => this.fail(connectionLost('the source closed the connection')));
    requestBinlog(
      this.connection,
      request,
      (packet) => this.receive(packet),
      (error) => this.fail(error),
    );
  }

  /** Gives true when the server has ended the stream. */
  private receive(packet: BinlogPacket): boolean {
    this.lastPacketAt = performance.now();
    if (packet.isError()) {
      this.fail(packet.asError('utf8'));
      return true;
    }
    if (packet.isEOF()) {
      this.fail(connectionLost('the source ended the binlog stream'));
      return true;
    }
    if (this.failure !== undefined) return false;
    try {
      // The first byte says only "no error"; the event's header follows.
      const events = this.parser.parse(packet.buffer, packet.offset + 1, packet.end);
      for (const event of events) this.push(event, packet.end - packet.offset);
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
    return false;
  }

  private push(event: BinlogEvent, bytes: number): void {
    this.waiting.push({ event, bytes });
    this.waitingBytes += bytes;
    if (this.waitingBytes > MAX_WAITING_BYTES && !this.paused) {
      this.paused = true;
      this.connection.pause();
    }
    this.wake?.();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.wake?.();
  }
}

/** Named as the driver names a lost connection, for which the task connects again. */
const connectionLost = (message: string): Error =>
  Object.assign(new Error(message), { code: 'PROTOCOL_CONNECTION_LOST' });

export function queryRows(connection: Connection, sql: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, rows) => (error ? reject(error) : resolve(rows as unknown[])));
  });
}

/** `receive` gets each packet, and gives true when none follows. */
export function requestBinlog(
  connection: Connection,
  request: OutgoingPacket,
  receive: (packet: BinlogPacket) => boolean,
  fail: (error: Error) => void,
): void {
  let requested = false;
  const command = {
    execute: (packet: BinlogPacket | undefined, commands: CommandConnection): boolean => {
      if (!requested) {
        requested = true;
        commands._resetSequenceId();
        commands.writePacket(request);
        return false;
      }
      return packet === undefined ? false : receive(packet);
    },
    onResult: (error: Error | null) => {
      if (error) fail(error);
    },
  };
  (connection as unknown as CommandConnection).addCommand(command);
}
