/** Errors of a database driver as they may be logged: a driver keeps the statement and quotes values in its message. */

type Given = Error & { readonly sql?: unknown; readonly sqlMessage?: unknown };

/**
 * The same error where neither it nor a cause of it comes from a driver; otherwise a copy with the code, without the
 * statement, and with everything between the first and the last quote of the driver's message left out.
 */
export function withValuesLeftOut(error: Error): Error {
  const { cause } = error;
  const knownCause = cause instanceof Error ? withValuesLeftOut(cause) : cause;
  const isOfDriver = 'sqlMessage' in error || 'sql' in error;
  if (!isOfDriver && knownCause === cause) return error;
  const message = isOfDriver ? error.message.replace(/'.*'/s, "'…'") : error.message;
  const { sql: _, sqlMessage: __, ...facts } = error as Given;
  const copy = new Error(message, cause === undefined ? undefined : { cause: knownCause });
  Object.assign(copy, facts, { name: error.name });
  // The first line of a stack is the message.
  if (error.stack !== undefined) copy.stack = error.stack.replace(error.message, () => message);
  return copy;
}
