/** Something that the person typed; the command ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
