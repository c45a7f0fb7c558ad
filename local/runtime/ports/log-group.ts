/** The port of CloudWatch Logs: what a function writes, for whoever subscribes to it. */
import { Kind } from '../registry';

export interface LogGroup {
  readonly name: string;
  write(line: string): void;
  /** Hears every line from now on. */
  subscribe(listener: (line: string) => void): void;
}

/** By name. */
export const LOG_GROUPS = new Kind<LogGroup>('log groups');

/** Hear every line of every group, also of groups that come later. */
export const LOG_LISTENERS = new Kind<(line: string) => void>('listeners to all logs');
