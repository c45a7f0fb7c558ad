/**
 * All commands. Parsing, `--help`, completion and docs/commands.md are made from these descriptions, and each is an npm
 * script of the same name: `npm run NAME -- …` and `npm run cdc -- NAME …` are the same.
 */
import { ASKING } from './describe-asking.mjs';
import { CHECKING } from './describe-checking.mjs';
import { OPERATING } from './describe-operating.mjs';
import { RUNNING } from './describe-running.mjs';
import { TABLES } from './describe-tables.mjs';

/**
 * @typedef {{ kind?: import('./kinds.mjs').Kind, value?: string, text: string, default?: unknown, isMany?: boolean, isRequired?: boolean,
 *   short?: string, choices?: () => readonly string[], least?: number, most?: number, like?: string }} Flag a flag without a kind is on or off
 * @typedef {{ name: string, kind: import('./kinds.mjs').Kind, text: string, isOptional?: boolean, isMany?: boolean,
 *   choices?: () => readonly string[] }} Word
 * @typedef {{ name: string, summary: string, about?: string, words?: readonly Word[], flags?: Record<string, Flag>,
 *   examples: readonly { line: string, text?: string }[], exits: readonly number[], where: string, module?: string,
 *   program?: string, isHidden?: boolean, needsPipeline?: boolean, passesTo?: string, ifTooMany?: string, typed: string }} Description
 *   `module` exports `command`, which takes what was typed and gives the exit code; `program` runs in a process of its own,
 *   with the same arguments; with `needsPipeline` nothing of it is loaded for a folder that has none
 */

/** What an exit code says, of every command. */
export const EXIT_CODES = {
  0: 'all is well',
  1: 'tables differ, a rule is broken, or the command failed: the message says what happened and what to do',
  2: 'the command line is wrong; nothing was started',
  3: 'all that can be done is done, and records are in the dead letters instead of the warehouse',
  130: 'interrupted (Ctrl-C); what was running was stopped in order',
};

const GROUPS = [
  { title: 'Run and ask', commands: [...RUNNING, ...ASKING] },
  { title: 'Operate', commands: OPERATING },
  { title: 'The catalogue of tables', commands: TABLES },
  { title: 'Build, check and measure', commands: CHECKING },
];

/** @type {readonly { title: string, commands: readonly Description[] }[]} */
export const groups = GROUPS.map(({ title, commands }) => ({
  title,
  commands: commands.map((command) => ({ ...command, typed: typedAs(command.name) })),
}));

/** @type {readonly Description[]} */
export const descriptions = groups.flatMap(({ commands }) => commands);

export const describedAs = (name) => descriptions.find((command) => command.name === name);

/** npm runs these two without `run`. */
function typedAs(name) {
  return ['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`;
}
