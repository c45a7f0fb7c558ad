/** For commands that only a running pipeline can answer. */
import { findRuntime, type RuntimeInfo, requireState, StateFolderError } from '../state/state-folder';
import { startCommand, typedCommand } from '../state/typed-command';

/** @param then the command, with its words. @throws StateFolderError that says how to start it, and what to do then */
export function requireRunning(dataDir: string, ...then: readonly [string, ...string[]]): RuntimeInfo {
  const running = findRuntime(dataDir);
  if (running !== undefined) return running;
  requireState(dataDir);
  throw new StateFolderError(
    `the pipeline in ${dataDir} is not running. Start it in another window (${startCommand(dataDir)}), then: ${typedCommand(dataDir, ...then)}`,
  );
}
