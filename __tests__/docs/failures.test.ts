import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Disposition, ERROR_CODES } from '../../pipeline/errors';
import { REJECTION_CODES } from '../../pipeline/files/rejection';
import { expectGolden } from '../support/golden';
import { productFiles } from '../support/source-graph';
import { projectFolder, readPage } from './pages';

const NEXT: Readonly<Record<Disposition, string>> = {
  retry: 'the same is tried again',
  'dead-letter': 'what cannot be taken goes to the dead letters or `rejected/`, the rest goes on',
  halt: 'it stops and an alarm calls a person',
};

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** What the places that raise a code say of what comes next. */
function dispositionsOf(code: string): Disposition[] {
  const raised = new RegExp(
    `'${code}'[^{}]{0,120}?disposition: '([a-z-]+)'|disposition: '([a-z-]+)'[^{}]{0,80}?'${code}'`,
    'g',
  );
  // Where a function decides it from what it was given, its file names each.
  const decided = new RegExp(`'${code}',\\s*disposition,`);
  const found = productFiles.flatMap((file) => {
    const text = readFileSync(join(projectFolder, file), 'utf8');
    if (decided.test(text))
      return Object.keys(NEXT).filter((disposition) => text.includes(`'${disposition}'`));
    return [...text.matchAll(raised)].map(([, one, other]) => one ?? other);
  });
  return (Object.keys(NEXT) as Disposition[]).filter((disposition) => found.includes(disposition));
}

/** What the page of the alarm says to do, by code. */
function remedies(): Map<string, string> {
  const lines = readPage('docs/runbooks/function-errors.md').text.split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [, codes = '', remedy = ''] = /^\| (`[A-Z].*?`) \| (.*) \|$/.exec(line) ?? [];
      const here = remedy
        .replaceAll(/\]\((?!\.\.|http)([a-z-]+\.md)/g, '](runbooks/$1')
        .replaceAll('](../', '](');
      return codes.split(', ').map((code) => [code.replaceAll('`', ''), here] as const);
    }),
  );
}

function buildPage(): string {
  const known = remedies();
  return [
    '# Failures',
    '',
    'Everything that can fail by name. An error begins with its code, and says what happened, what was got and expected, the usual cause and what to do; it never has a value of a row.',
    'Logs, the laptop’s screen and the alarms carry the same codes. Written by `UPDATE_GOLDEN=1 npx jest __tests__/docs/failures.test.ts` from the code and the runbook of',
    '[function errors](runbooks/function-errors.md), and held by that test.',
    '',
    '## Errors',
    '',
    row(['Code', 'Means', 'What comes next', 'What to do']),
    row(['---', '---', '---', '---']),
    ...Object.entries(ERROR_CODES).map(([code, means]) =>
      row([
        `\`${code}\``,
        means,
        dispositionsOf(code)
          .map((disposition) => NEXT[disposition])
          .join('; or '),
        known.get(code) ?? '',
      ]),
    ),
    '',
    '## Reasons why a row or an item of a file is rejected',
    '',
    'It is written with its line and reason under `rejected/` in the data bucket, counted, and can be ingested again once it is fixed: [rejected rows](runbooks/rejected-rows.md).',
    '',
    row(['Code', 'Means']),
    row(['---', '---']),
    ...Object.entries(REJECTION_CODES).map(([code, means]) => row([`\`${code}\``, means])),
    '',
    '## What has no code',
    '',
    '- A table of MySQL that is *suspended* names its reason and the command that brings it back: [schema changes](schema-changes.md).',
    '- A value that its column cannot hold is *flagged* or its row rejected, as its entry says: [types of MySQL](mysql-types.md), [add a table](add-a-table.md).',
    '- On the laptop: a server that ends, a disk that fills up, a port that is taken, a missing Java stop `npm start` with exit code 1 and the cause; `npm run doctor` looks for all of it beforehand.',
    '',
  ].join('\n');
}

it('the page of failures has every code, what comes next and what to do', () => {
  for (const code of Object.keys(ERROR_CODES)) {
    expect([code, remedies().has(code)]).toEqual([code, true]);
    expect([code, dispositionsOf(code)]).not.toEqual([code, []]);
  }
  expectGolden(join(projectFolder, 'docs', 'failures.md'), buildPage());
});
