/** The floor of the stream: every packet of the binlog is received, and nothing is made of it but its end. */
import type { Connection } from 'mysql2';
import type { SourcePosition } from '../../../local/runtime/ports/source-position';
import { queryRows, requestBinlog } from '../../../local/services/dms/binlog/binlog-stream';
import { buildDumpRequest } from '../../../local/services/dms/binlog/dump-request';

/** Of an event's header: where the event ends in its file. */
const END_OFFSET = 1 + 13;

export async function discardBinlog(
  connection: Connection,
  start: SourcePosition,
  end: SourcePosition,
): Promise<void> {
  await queryRows(
    connection,
    'SET @master_binlog_checksum = @@GLOBAL.binlog_checksum, @source_binlog_checksum = @@GLOBAL.binlog_checksum, @mariadb_slave_capability = 4',
  );
  await new Promise<void>((resolve, reject) => {
    connection.on('error', reject);
    requestBinlog(
      connection,
      buildDumpRequest(start),
      (packet) => {
        if (packet.isError()) {
          reject(packet.asError('utf8'));
          return true;
        }
        if (packet.buffer.readUInt32LE(packet.offset + END_OFFSET) >= end.offset) resolve();
        return false;
      },
      reject,
    );
  });
}
