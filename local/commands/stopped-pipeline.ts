/** A pipeline that is not running, started for one piece of work. */
import { listenForStop, type StopSignals } from '../runtime/stop-signals';
import { requireState } from '../state/state-folder';
import { askOwnPassword } from './own-password';
import { openPipelineSession, type PipelineSession } from './pipeline-session';

export interface StoppedPipelineOptions {
  readonly dataDir: string;
  readonly print?: (line: string) => void;
  /** What is under way is brought to its end before it stops again; never after a signal. */
  readonly drains: boolean;
}

/** Nothing is ingested meanwhile; it is stopped in order, also after a failure. @throws StateFolderError, and what `work` throws */
export async function withStoppedPipeline<Answer>(
  { dataDir, print = console.error, drains }: StoppedPipelineOptions,
  work: (session: PipelineSession, signals: StopSignals) => Promise<Answer>,
): Promise<Answer> {
  requireState(dataDir);
  await askOwnPassword(dataDir);
  const signals = listenForStop(console.error);
  const session = await signals.during(openPipelineSession({ dataDir, print }));
  try {
    return await work(session, signals);
  } finally {
    await session.stop({ drain: drains && !signals.wasReceived() });
  }
}
