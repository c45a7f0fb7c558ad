/** From what was typed to what a command takes, or to the reason why not. Starts and loads nothing. */
import { parseArgs } from 'node:util';
import { nearest } from '../../local/commands/nearest.cjs';
import { convert } from './kinds.mjs';
import { UsageError } from './usage-error.mjs';

/**
 * @param {import('./descriptions.mjs').Description} command
 * @param {readonly string[]} args
 * @returns {'help' | { words: any[], flags: Record<string, any> }} flags by their names in camel case
 * @throws UsageError
 */
export function parseCommandLine(command, args) {
  if (command.passesTo !== undefined)
    return args.length === 1 && /^(-h|--help)$/.test(args[0] ?? '')
      ? 'help'
      : { words: [...args], flags: {} };
  const { words, given } = readTokens(command, args);
  if (given.has('help')) return 'help';
  return { words: convertWords(command, words), flags: convertFlags(command, given) };
}

/** Not strict: what is wrong is said here, with what was probably meant. */
function readTokens(command, args) {
  const options = {
    help: { type: 'boolean', short: 'h' },
    ...Object.fromEntries(
      Object.entries(command.flags ?? {}).map(([name, flag]) => [
        name,
        {
          type: flag.kind === undefined ? 'boolean' : 'string',
          ...(flag.short === undefined ? {} : { short: flag.short }),
        },
      ]),
    ),
  };
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words = [];
  const given = new Map();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = options[token.name];
    if (option === undefined) refuseFlag(command, token.rawName, Object.keys(options));
    const isValue = token.value !== undefined && (token.inlineValue || !/^--\w/.test(token.value));
    if (option.type === 'boolean' && token.value !== undefined)
      throw new UsageError(`--${token.name} takes no value, got: ${token.value}`);
    if (option.type === 'string' && !isValue)
      throw new UsageError(
        `--${token.name} takes a value: --${token.name} ${command.flags[token.name].value}`,
      );
    given.set(token.name, [...(given.get(token.name) ?? []), token.value ?? true]);
  }
  return { words, given };
}

function refuseFlag(command, typed, known) {
  const meant = nearest(typed.replace(/^-+/, ''), known);
  const all = known.filter((name) => name !== 'help').map((name) => `--${name}`);
  throw new UsageError(
    `${command.name} has no flag ${typed}. ${meant === undefined ? '' : `Did you mean --${meant}? `}Its flags: ${[...all, '--help'].join(', ')}`,
  );
}

function convertWords(command, words) {
  const taken = command.words ?? [];
  const many = taken.at(-1)?.isMany === true;
  if (!many && words.length > taken.length) {
    if (taken.length === 0) throw new UsageError(`${command.name} takes flags only, got: ${words.join(' ')}`);
    throw new UsageError(
      `${command.name} takes ${taken.map(({ name }) => name).join(' ')}, got ${words.length} words: ${words.join(' ')}${command.ifTooMany === undefined ? '' : `. ${command.ifTooMany}`}`,
    );
  }
  const missing = taken.find(({ isOptional }, at) => !isOptional && words[at] === undefined);
  if (missing !== undefined)
    throw new UsageError(
      `${command.name} needs ${missing.name}: ${missing.text}. For example: ${command.examples[0].line}`,
    );
  return words.map((word, at) => {
    const { name, ...kind } = taken[Math.min(at, taken.length - 1)];
    return convert(kind, name, word);
  });
}

function convertFlags(command, given) {
  const flags = {};
  for (const [name, flag] of Object.entries(command.flags ?? {})) {
    const typed = given.get(name);
    if (flag.kind === undefined) flags[camelCase(name)] = typed !== undefined;
    else if (typed === undefined) {
      if (flag.isRequired)
        throw new UsageError(
          `${command.name} needs --${name} ${flag.value}. For example: ${command.examples[0].line}`,
        );
      if (flag.isMany) flags[camelCase(name)] = [];
      else if (flag.default !== undefined) flags[camelCase(name)] = flag.default;
    } else {
      const values = typed.map((text) => convert(flag, `--${name}`, text));
      if (!flag.isMany && values.length > 1)
        throw new UsageError(`--${name} is taken once, got: ${typed.join(', ')}`);
      flags[camelCase(name)] = flag.isMany ? values : values[0];
    }
  }
  return flags;
}

/** How a flag is named among the given: `data-dir` is `dataDir`. */
export const camelCase = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
