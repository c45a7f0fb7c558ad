import { join } from 'node:path';
import { STACKS, type StackName, synthesize } from '../stacks/synthesized';
import { expectGolden } from '../support/golden';
import { projectFolder } from './pages';

const ENVIRONMENTS = ['dev', 'prod'] as const;
const deployments = ENVIRONMENTS.map((environment) => synthesize({ environment }));

type Count = (deployment: (typeof deployments)[number], stack: StackName) => number;

/** One number where both environments have the same. */
const both = (count: Count, stack: StackName): string =>
  [...new Set(deployments.map((deployment) => count(deployment, stack)))].join(' / ');

const blocks =
  (kind: 'data' | 'output'): Count =>
  ({ stacks }, stack) =>
    Object.values(stacks[stack][kind] ?? {}).reduce<number>(
      (sum, block) => sum + (kind === 'data' ? Object.keys(block as object).length : 1),
      0,
    );

const resources: Count = (deployment, stack) =>
  deployment.resources.filter((resource) => resource.stack === stack).length;

const ofType =
  (type: string): Count =>
  ({ of }, stack) =>
    of(type).filter((resource) => resource.stack === stack).length;

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

function buildPlanSizes(): string {
  const types = [...new Set(deployments.flatMap(({ resources: all }) => all.map(({ type }) => type)))].sort();
  const totals = deployments.map(({ resources: all }) => all.length);
  return `${[
    '# Plan sizes',
    '',
    'What a first `terraform plan` of each stack adds. Two numbers are dev / prod; prod has one more availability zone. Written by',
    '`UPDATE_GOLDEN=1 npx jest __tests__/docs/plan-sizes.test.ts`, and held by that test.',
    '',
    row(['Stack', 'Resources, dev', 'Resources, prod', 'Data sources', 'Outputs']),
    row(['---', '---:', '---:', '---:', '---:']),
    ...STACKS.map((stack) =>
      row([
        stack,
        ...deployments.map((deployment) => resources(deployment, stack)),
        both(blocks('data'), stack),
        both(blocks('output'), stack),
      ]),
    ),
    row(['**all**', ...totals.map((total) => `**${total}**`), '', '']),
    '',
    '## Resources by type',
    '',
    row(['Type', ...STACKS]),
    row(['---', ...STACKS.map(() => '---:')]),
    ...types.map((type) =>
      row([`\`${type}\``, ...STACKS.map((stack) => both(ofType(type), stack).replace(/^0$/, ''))]),
    ),
  ].join('\n')}\n`;
}

it('the documented plan sizes are those of the synthesized stacks', () => {
  expectGolden(join(projectFolder, 'docs', 'plan-sizes.md'), buildPlanSizes());
});
