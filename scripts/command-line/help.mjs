/** What a command says of itself, on the screen and in docs/commands.md. */
import { EXIT_CODES, groups } from './descriptions.mjs';

const WIDTH = 100;

/** @param {import('./descriptions.mjs').Description} command */
export function buildHelp(command) {
  const flags = Object.entries(command.flags ?? {});
  const takesNothing = usageWords(command) === '' && flags.length === 0;
  const usage = [
    command.typed,
    ...(takesNothing ? [] : ['--']),
    usageWords(command),
    flags.length > 0 ? '[flags]' : '',
  ];
  return [
    usage.filter(Boolean).join(' '),
    '',
    wrap(`${command.summary}.`, ''),
    ...(command.about === undefined ? [] : [command.about]),
    `Works on: ${command.where}.`,
    ...list(
      'Words',
      (command.words ?? []).map((word) => [word.name, describeWord(word)]),
    ),
    ...list('Flags', [
      ...flags.map(([name, flag]) => [usageOf(name, flag), flag.text]),
      ['-h, --help', 'this text'],
    ]),
    ...list(
      'Examples',
      command.examples.map(({ line, text = '' }) => [line, text]),
    ),
    ...list(
      'Exit codes',
      command.exits.map((code) => [String(code), EXIT_CODES[code]]),
    ),
  ].join('\n');
}

/** `npm run cdc -- --help`: the list. */
export function buildOverview() {
  return [
    'npm run cdc -- COMMAND [words] [flags]     the same as  npm run COMMAND -- [words] [flags]',
    ...groups.flatMap(({ title, commands }) =>
      list(
        title,
        shown(commands).map(({ name, summary }) => [name, summary]),
      ),
    ),
    ...list('Also', [
      ['COMMAND --help', 'what a command takes, with examples and exit codes'],
      ['completion bash|zsh', 'prints a completion for the shell; it says itself how to load it'],
    ]),
  ].join('\n');
}

/** docs/commands.md. */
export function buildCommandsPage() {
  const tables = groups.flatMap(({ title, commands }) => [
    `## ${title}`,
    '',
    '| Command | What it does | Flags | Works on |',
    '|---|---|---|---|',
    ...shown(commands).map(
      (command) =>
        `| \`${[command.typed, usageWords(command) === '' ? '' : `-- ${usageWords(command)}`].filter(Boolean).join(' ').replaceAll('|', '\\|')}\` | ${escapeCell(command.summary)} | ${
          Object.entries(command.flags ?? {})
            .map(([name, flag]) => `\`${usageOf(name, flag).replaceAll('|', '\\|')}\``)
            .join(' ') || (command.passesTo === undefined ? '' : `those of ${command.passesTo}`)
        } | ${escapeCell(command.where)} |`,
    ),
    '',
  ]);
  return `${[
    '# Commands',
    '',
    'Each command prints its flags, examples and exit codes with `--help`. `npm run cdc -- sql …` is the same as `npm run sql -- …`, for all of them;',
    '`npm run cdc -- --help` prints the list. Unknown words and flags are refused before anything is started.',
    'This page is made from the descriptions in `scripts/command-line/` by `npm run cdc -- commands-page`.',
    '',
    ...tables,
    '## Exit codes',
    '',
    '| Exit code | Means |',
    '|---|---|',
    ...Object.entries(EXIT_CODES).map(([code, text]) => `| ${code} | ${text} |`),
    '',
    '## Completion',
    '',
    '```',
    'source <(npm run --silent cdc -- completion bash)    # bash, in the folder of the project; completes `npm run …`',
    'source <(npm run --silent cdc -- completion zsh)     # zsh',
    '```',
  ].join('\n')}\n`;
}

const shown = (commands) => commands.filter(({ isHidden = false }) => !isHidden);
const escapeCell = (text) => text.replaceAll('|', '\\|');

const usageOf = (name, { kind, value, short }) =>
  `${short === undefined ? '' : `-${short}, `}--${name}${kind === undefined ? '' : ` ${value}`}`;

const usageWords = ({ words = [], passesTo }) =>
  passesTo === undefined
    ? words
        .map(({ name, isOptional = false, isMany = false }) => {
          const shownName = `${name}${isMany ? ' …' : ''}`;
          return isOptional ? `[${shownName}]` : shownName;
        })
        .join(' ')
    : `[arguments of ${passesTo}]`;

function describeWord({ text, choices }) {
  const known = choices?.() ?? [];
  return known.length === 0 ? text : `${text}: ${known.join(', ')}`;
}

/** Two columns; a first column that is too long has a line of its own. */
function list(title, rows) {
  if (rows.length === 0) return [];
  const widths = rows.map(([first]) => first.length).filter((width) => width <= 44);
  const column = Math.max(8, ...widths) + 4;
  return [
    '',
    title,
    ...rows.map(([first, text]) => {
      if (text === '') return `  ${first}`;
      const lead =
        first.length + 4 > column ? `  ${first}\n${' '.repeat(column)}` : `  ${first}`.padEnd(column);
      return lead + wrap(text, ' '.repeat(column));
    }),
  ];
}

function wrap(text, indent) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && indent.length + last.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join(`\n${indent}`);
}
