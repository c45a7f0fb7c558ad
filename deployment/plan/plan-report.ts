/** A comparison as text for a terminal, or as Markdown for a pull request. */
import { type CostDifferences, sumOfCosts } from './cost-difference';
import { type ArgumentChange, OUTCOMES, type ResourceChange, SUBJECTS } from './planned-change';
import { pageOf } from './replacement';
import { shownPair, shownValue } from './shown-value';
import type { StackDifference } from './stack-difference';

export interface ComparedEnvironment {
  readonly name: string;
  readonly changes: readonly ResourceChange[];
  readonly stacks: readonly StackDifference[];
  readonly costs: CostDifferences;
}

export interface ReportOptions {
  /** What the synthesis of now was compared with. */
  readonly against: string;
  readonly asMarkdown: boolean;
}

/** How the parts of a report look: details are indented below their item, in Markdown as a list within the list. */
interface Style {
  heading(text: string): string;
  section(text: string): string;
  item(text: string): string;
  detail(text: string): string;
  code(text: string): string;
}

const TEXT: Style = {
  heading: (text) => `${text}\n${'='.repeat(text.length)}`,
  section: (text) => text,
  item: (text) => `  ${text}`,
  detail: (text) => `      ${text}`,
  code: (text) => text,
};

const MARKDOWN: Style = {
  heading: (text) => `## ${text}`,
  section: (text) => `### ${text}\n`,
  item: (text) => `- ${text}`,
  detail: (text) => `  - ${text}`,
  // A fence that is longer than any run of backticks within keeps the text from ending it.
  code: (text) => {
    const fence = '`'.repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
    const gap = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
    return `${fence}${gap}${text}${gap}${fence}`;
  },
};

export function buildPlanReport(
  environments: readonly ComparedEnvironment[],
  { against, asMarkdown }: ReportOptions,
): string {
  const style = asMarkdown ? MARKDOWN : TEXT;
  return environments
    .map((environment) =>
      [
        style.heading(`${environment.name}, against ${against}`),
        '',
        summaryOf(environment),
        ...stackLines(environment.stacks, style),
        ...SUBJECTS.flatMap((subject) => subjectLines(environment, subject, style)),
        ...costLines(environment.costs, style),
      ].join('\n'),
    )
    .join('\n\n');
}

export function summaryOf({ changes, stacks }: Pick<ComparedEnvironment, 'changes' | 'stacks'>): string {
  if (changes.length === 0 && stacks.length === 0) return 'No difference.';
  const counts = OUTCOMES.flatMap((outcome) => {
    const count = changes.filter((change) => change.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${outcome}`];
  });
  return counts.length === 0 ? 'No resource differs.' : `${counts.join(', ')}.`;
}

function stackLines(stacks: readonly StackDifference[], style: Style): string[] {
  if (stacks.length === 0) return [];
  return [
    '',
    style.section('Stacks'),
    ...stacks.flatMap(({ stack, differences, notes }) => [
      style.item(stack),
      ...notes.map((note) => style.detail(note)),
      ...differences.map((one) => style.detail(argumentText({ ...one, effect: 'in place' }, style))),
    ]),
  ];
}

function subjectLines(
  { changes }: ComparedEnvironment,
  subject: ResourceChange['subject'],
  style: Style,
): string[] {
  const found = changes.filter((change) => change.subject === subject);
  if (found.length === 0) return [];
  const title = `${subject.slice(0, 1).toUpperCase()}${subject.slice(1)}`;
  // What differs in the same way in many places is read once.
  const groups = new Map<string, ResourceChange[]>();
  for (const change of found) {
    const { outcome, type, changes: details, notes } = change;
    const key = JSON.stringify([outcome, type, notes, details.map((one) => argumentText(one, style))]);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return ['', style.section(title), ...[...groups.values()].flatMap((group) => groupLines(group, style))];
}

const MARKS: Readonly<Record<ResourceChange['outcome'], string>> = {
  destroyed: '-',
  replaced: '-/+',
  'may be replaced': '?/+',
  created: '+',
  moved: '→',
  changed: '~',
};

function groupLines(group: readonly ResourceChange[], style: Style): string[] {
  const [{ outcome, type, changes, notes }] = group as readonly [ResourceChange];
  const addresses = group.map(({ stack, address }) => style.code(`${stack}/${address}`)).join(', ');
  const isOpen = changes.some(({ effect }) => effect === 'may replace');
  const title = outcome === 'changed' ? 'changed in place' : outcome;
  return [
    style.item(`${style.code(MARKS[outcome])} ${addresses} ${title}`),
    ...notes.map((note) => style.detail(note)),
    ...changes.map((one) => style.detail(argumentText(one, style))),
    ...(isOpen ? [style.detail(`not in the kept table of arguments; see ${pageOf(type)}`)] : []),
  ];
}

const CODE = /^(source_code_hash|triggers\.code)$/;

function argumentText({ path, before, after, effect, becauseOf }: ArgumentChange, style: Style): string {
  const grave =
    effect === 'replaces' ? ' (forces replacement)' : effect === 'may replace' ? ' (may replace)' : '';
  if (becauseOf !== undefined)
    return `${style.code(path)}: another value from ${style.code(becauseOf)}${grave}`;
  // Two hashes say no more than that, and are another pair for each function.
  if (CODE.test(path) && before !== undefined && after !== undefined)
    return `${style.code(path)}: other code${grave}`;
  if (before === undefined) return `${style.code(path)}: + ${style.code(shownValue(path, after))}${grave}`;
  if (after === undefined) return `${style.code(path)}: - ${style.code(shownValue(path, before))}${grave}`;
  return `${style.code(path)}: ${shownPair(path, before, after).map(style.code).join(' → ')}${grave}`;
}

function costLines({ lines, open }: CostDifferences, style: Style): string[] {
  if (lines.length === 0 && open.length === 0) return [];
  const unpriced = lines.filter(({ usd }) => usd === undefined).length;
  return [
    '',
    style.section('Cost of a month, before any data'),
    ...lines.map(({ subject, unit, before, after, usd }) =>
      style.item(
        `${subject}: ${number(before)} → ${number(after)} ${unit}, ${usd === undefined ? 'no price yet' : money(usd)}`,
      ),
    ),
    ...open.map((text) => style.item(`not counted: ${text}`)),
    ...(lines.length > unpriced
      ? [
          style.item(
            `in all ${money(sumOfCosts(lines))}${unpriced > 0 ? `, ${unpriced} without a price` : ''}`,
          ),
        ]
      : []),
  ];
}

const number = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 });
const money = (usd: number): string =>
  `${usd < 0 ? '−' : '+'}${Math.abs(usd).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })} USD`;
