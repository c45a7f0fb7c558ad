/** Something that the person typed; the command ends with exit code 2, before anything was started. */
export class UsageError extends Error {
  name = 'UsageError';
}
