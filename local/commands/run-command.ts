/** Runs a command: its exit code, and its errors as a person should see them. */
import { INTERRUPTED, onOutputClosed, StoppedError } from '../runtime/stop-signals';
import { UsageError } from './usage-error';

/** The SDK's notice about old versions of Node is for those who install it, not for those who run this. */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Errors that a person can act on carry all there is to know in their message. */
export function runCommand(work: () => Promise<number>): void {
  // Whoever reads may have seen enough; a command that has something to stop listens for that itself.
  onOutputClosed(() => undefined);
  work().then(exitWith, (error: unknown) => {
    if (error instanceof StoppedError) return exitWith(INTERRUPTED);
    console.error(error instanceof Error ? error.message : String(error));
    if (process.env.CDC_DEBUG !== undefined) console.error(error);
    return exitWith(error instanceof UsageError ? 2 : 1);
  });
}

/** A pipe takes as much as its reader makes room for, and what has not been taken is lost when the process ends. */
async function exitWith(code: number): Promise<void> {
  await Promise.all([isWritten(process.stdout), isWritten(process.stderr)]);
  process.exit(code);
}

/** Also when nobody reads any more. */
const isWritten = (stream: NodeJS.WriteStream): Promise<unknown> =>
  new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve(undefined);
    else stream.write('', resolve);
  });
