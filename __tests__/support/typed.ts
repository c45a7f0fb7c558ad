/** What a person typed, as a command gets it. */
import type { Given } from '../../local/commands/given';
import { describedAs } from '../../scripts/command-line/descriptions.mjs';
import { parseCommandLine } from '../../scripts/command-line/parse.mjs';

/** @throws UsageError */
export function typed<Flags extends object>(name: string, ...args: readonly string[]): Given<Flags> {
  const command = describedAs(name);
  if (command === undefined) throw new Error(`there is no command ${name}`);
  const given = parseCommandLine(command, args);
  if (typeof given === 'string') throw new Error(`${name} ${args.join(' ')} asks for help`);
  return given as unknown as Given<Flags>;
}
