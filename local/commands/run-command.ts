/** Runs a command of this folder: its exit code, and its errors as a person should see them. */
import { INTERRUPTED, onOutputClosed, StoppedError } from '../runtime/stop-signals';
import { UsageError } from './arguments';

/** The SDK's notice about old versions of Node is for those who install it, not for those who run this. */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Errors that a person can act on carry all there is to know in their message. */
export function runCommand(main: (args: readonly string[]) => Promise<number>): void {
  // Whoever reads may have seen enough; a command that has something to stop listens for that itself.
  onOutputClosed(() => undefined);
  main(process.argv.slice(2)).then(
    (code) => process.exit(code),
    (error: unknown) => {
      if (error instanceof StoppedError) process.exit(INTERRUPTED);
      console.error(error instanceof Error ? error.message : String(error));
      if (process.env.CDC_DEBUG !== undefined) console.error(error);
      process.exit(error instanceof UsageError ? 2 : 1);
    },
  );
}
