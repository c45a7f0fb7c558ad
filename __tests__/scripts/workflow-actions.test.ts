import { join } from 'node:path';
import { checkWorkflowActions, readWorkflowFiles } from '../../scripts/workflow-actions';

const COMMIT = '3d3c42e5aac5ba805825da76410c181273ba90b1';
const problemsOf = (...lines: string[]): string[] =>
  checkWorkflowActions([{ path: 'a.yml', text: lines.join('\n') }]);

describe('actions of the workflows', () => {
  it('are pinned to commits, each to one, with the version beside it', () => {
    const files = readWorkflowFiles(join(__dirname, '../..'));
    expect(files.length).toBeGreaterThan(4);
    expect(checkWorkflowActions(files)).toEqual([]);
  });

  it.each([
    'actions/checkout@v7',
    'actions/checkout@main',
    'actions/checkout',
    `actions/checkout@${COMMIT}`,
    `actions/checkout@${COMMIT.slice(0, 12)} # v7.0.1`,
    `actions/checkout@${COMMIT} # latest`,
    `actions/checkout@${COMMIT.toUpperCase()} # v7.0.1`,
    'docker://alpine:3',
    '../elsewhere/action',
    '',
  ])('are refused in any other form: %s', (used) => {
    expect(problemsOf(`      - uses: ${used}`)).toEqual([expect.stringMatching(/^a\.yml:1: /)]);
    expect(problemsOf(`    uses: ${used}`)).toHaveLength(1);
  });

  it('are refused when one of them has two commits', () => {
    expect(
      problemsOf(
        `- uses: actions/checkout@${COMMIT} # v7.0.1`,
        `- uses: actions/checkout@${'0'.repeat(40)} # v7.0.2`,
      ),
    ).toEqual(['a.yml:2: actions/checkout is another commit than in a.yml:1']);
  });

  it('of this repository need no commit', () => {
    expect(problemsOf('- uses: ./.github/actions/synthesize')).toEqual([]);
  });
});
