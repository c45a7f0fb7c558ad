/** For commands that only a running pipeline can answer. */
import { findOwnSource, type OwnSource } from '../state/own-source';
import { findRuntime, type RuntimeInfo, requireState, StateFolderError } from '../state/state-folder';
import { dataDirFlag } from './data-dir-flag';

/** @throws StateFolderError that says how to start it, and what to do then */
export function requireRunning(dataDir: string, then: string): RuntimeInfo {
  const running = findRuntime(dataDir);
  if (running !== undefined) return running;
  requireState(dataDir);
  const flags = [...flagsOfOwn(findOwnSource(dataDir)), ...dataDirFlag(dataDir)].join(' ');
  throw new StateFolderError(
    `the pipeline in ${dataDir} is not running. Start it in another window (npm start${flags === '' ? '' : ` -- ${flags}`}), then: ${then}`,
  );
}

/** A start without them is refused, since it would be one of the demo. */
const flagsOfOwn = ({ mysql, dynamodb }: OwnSource = {}): string[] => [
  ...(mysql === undefined
    ? []
    : [
        `--mysql mysql://${mysql.user}@${mysql.host}:${mysql.port} --tables ${shellText(String(mysql.tables))}`,
        ...(mysql.sslMode === 'PREFERRED' ? [] : [`--ssl-mode ${mysql.sslMode}`]),
        ...(mysql.sslCa === undefined ? [] : [`--ssl-ca ${mysql.sslCa}`]),
      ]),
  ...(dynamodb === undefined
    ? []
    : [
        `--dynamodb ${dynamodb.endpoint} --items ${dynamodb.tables.join(',')} --region ${dynamodb.region}`,
        ...(dynamodb.profile === undefined ? [] : [`--profile ${dynamodb.profile}`]),
      ]),
];

/** Shells read stars, backticks and blanks. */
const shellText = (text: string): string =>
  /^[\w.,/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
