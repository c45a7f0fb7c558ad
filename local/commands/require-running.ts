/** For commands that only a running pipeline can answer. */
import { findRuntime, type RuntimeInfo, requireState, StateFolderError } from '../state/state-folder';

/** @throws StateFolderError that says how to start it, and what to do then */
export function requireRunning(dataDir: string, then: string): RuntimeInfo {
  const running = findRuntime(dataDir);
  if (running !== undefined) return running;
  requireState(dataDir);
  const flags = dataDir === '.local' ? '' : ` -- --data-dir ${dataDir}`;
  throw new StateFolderError(
    `the pipeline in ${dataDir} is not running. Start it in another window (npm start${flags}), then: ${then}`,
  );
}
