/** Words that are translations rather than the plain English of the field; CONTRIBUTING.md has the list of ours. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectFolder, readPages } from './pages';

/** Rooms whose comments, texts and output are checked; a room is added once it has been read through. */
const ROOMS = ['stacks', 'scripts', 'docs', 'main.ts', 'local', 'pipeline', 'handlers', 'deployment'];
/** CONTRIBUTING.md names the words that we do not use. */
const LIST_OF_WORDS = 'CONTRIBUTING.md';

interface Wording {
  /** Precise enough to leave ordinary idioms alone: "the only way to", "by the way", "on its own". */
  readonly pattern: RegExp;
  readonly instead: string;
}

const TRANSLATIONS: readonly Wording[] = [
  {
    pattern: /\bset(?:s|ting)? (?:\w+ )?aside\b|\bset-aside\b|\bquarantin\w*/i,
    instead: 'rejected, flagged',
  },
  { pattern: /\bmend(?:s|ed|ing)?\b/i, instead: 'fix' },
  { pattern: /\b(?:make|makes|made|making)(?: \w+){0,3} anew\b|\banew\b/i, instead: 'recreate, again' },
  { pattern: /\bhold(?:s|ing)?(?: \w+){0,6} against\b|\bheld against\b/i, instead: 'check against' },
  {
    pattern: /\b(?:both|each|every|two|other|either) ways? (?:into|from|is|are|has|have|does|do|wait)\b/i,
    instead: 'path',
  },
  { pattern: /\b(?:both|the) ways\b(?! (?:to|in which|that|of)\b)/i, instead: 'paths' },
  { pattern: /\bone alarm (?:a|per|for each) way\b|\balarm of a way\b|\beach way\b/i, instead: 'path' },
  {
    pattern: /\b(?:alarms?|it|that|this|anything|nothing|everything) rings?\b|\brings when\b|\bringing\b/i,
    instead: 'fire',
  },
  {
    pattern: /\bgo(?:es)? on (?:from|with|where|by hand|as)\b|\bgo_on\b|\bsets? \w+ going\b/i,
    instead: 'resume, continue',
  },
  { pattern: /\bfigures alone\b|\bon RDS alone\b|\bservices? alone\b|\bhandler alone\b/i, instead: 'only' },
  {
    pattern: /\bin (?:DynamoDB|MySQL|Redshift|S3|AWS) alone\b|\bwith (?:keys|names) alone\b/i,
    instead: 'only',
  },
  {
    pattern: /\bstands? (?:twice|once|in line|in|on|before|behind|under)\b(?! for\b)/i,
    instead: 'appears, is',
  },
  { pattern: /\b(?:is|are|was|were|be) told\b/i, instead: 'gets, is reported' },
  { pattern: /\bshall\b/i, instead: 'should' },
  { pattern: /\b(?:would|could|must|might) else\b|(?:^|[.;:!?] )Else\b(?! if\b)/, instead: 'otherwise' },
  { pattern: /\bat most so many\b|\bso many (?:of|keys|files|rows|mismatches)\b/i, instead: 'at most N' },
  { pattern: /\bnobody said\b|\bsays? (?:so )?plainly\b/i, instead: 'no … registered' },
  { pattern: /\bfor ever\b/i, instead: 'indefinitely' },
  { pattern: /\bthe house\b|\bhouse rules\b/i, instead: 'repository layout, rules' },
  { pattern: /\bthe least (?:there can be|that)\b/i, instead: 'lower bound' },
  { pattern: /\bends? (?:badly|with 1)\b/i, instead: 'fails with exit code 1' },
  {
    pattern: /\bone an? (?:table|line|role|file|service|stack|handler|shard|batch|delivery|environment)\b/i,
    instead: 'one per',
  },
  {
    pattern:
      /\b(?:line|rows?|files|units|bytes|reads|writes|items?|transaction|lines|queue) an? (?:table|batch|second|run|line|row|load|call)\b/i,
    instead: 'per',
  },
  { pattern: /\bto be woken by\b/i, instead: 'to page someone for' },
  { pattern: /\bheld up by nobody\b|\bhappenings\b|\bin order of\b the day\b/i, instead: 'events' },
  { pattern: /\bagain and again\b/i, instead: 'repeatedly' },
  {
    pattern: /\bgives? (?:it|a start|the start) up\b|\bgave (?:it|a start|the start) up\b/i,
    instead: 'gave up on',
  },
];

interface Found {
  readonly place: string;
  readonly text: string;
  readonly instead: string;
}

const SOURCES = /\.(?:ts|mjs|cjs|sh|md)$/;

function filesOf(room: string): string[] {
  const path = join(projectFolder, room);
  if (SOURCES.test(room)) return [room];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCES.test(entry.name))
    .map((entry) => relative(projectFolder, join(entry.parentPath, entry.name)));
}

/** Looks across line breaks, as sentences do: comment marks and indents between two lines count as one blank. */
function translationsIn(file: string): Found[] {
  const lines = readFileSync(join(projectFolder, file), 'utf8');
  // The change log names what was renamed, in backticks.
  const written = file === 'CHANGELOG.md' ? lines.replaceAll(/`[^`\n]+`/g, '`…`') : lines;
  const text = written.replaceAll(/\n[ \t]*(?:\*|\/\/|#)? */g, ' ');
  return TRANSLATIONS.flatMap(({ pattern, instead }) =>
    [...text.matchAll(new RegExp(pattern.source, `g${pattern.flags}`))].map((match) => ({
      place: file,
      text: text.slice(Math.max(0, match.index - 30), match.index + match[0].length + 20),
      instead,
    })),
  );
}

const checked = [...new Set([...readPages().map(({ path }) => path), ...ROOMS.flatMap(filesOf)])].filter(
  (file) => file !== LIST_OF_WORDS,
);

it.each(checked)('%s is written in the words of the field', (file) => {
  expect(translationsIn(file)).toEqual([]);
});

it.each([
  ['holds the stacks against the rules', 'check against'],
  ['Rows that cannot be taken are set aside', 'rejected, flagged'],
  ['an alarm rings', 'fire'],
  ['freshness, then each way from left to right', 'path'],
  ['an ingest appends for ever', 'indefinitely'],
])('finds "%s"', (sentence, instead) => {
  expect(
    TRANSLATIONS.filter(({ pattern }) => pattern.test(sentence)).map((wording) => wording.instead),
  ).toContain(instead);
});

it.each([
  'This is the only way to reach it.',
  'It works in the same way on both sides.',
  'The function on its own is safe.',
  'A batch can be read in two ways.',
  'It is imported in the same way, by its address.',
])('takes ordinary English: %s', (sentence) => {
  expect(TRANSLATIONS.filter(({ pattern }) => pattern.test(sentence))).toEqual([]);
});
