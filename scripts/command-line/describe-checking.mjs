/** Commands that build, check and measure the project itself. */
import { benchmarks, environments, proofs } from './choices.mjs';
import { DATA_DIR, WHERE } from './flags.mjs';

const ENVIRONMENT = {
  kind: 'choice',
  value: 'NAME',
  choices: environments,
  text: 'an environment of cdktf.json, instead of CDC_ENVIRONMENT or the one that is set there',
};

export const CHECKING = [
  {
    name: 'synth',
    summary: 'writes the four Terraform stacks, and bundles handlers that changed',
    flags: { env: ENVIRONMENT },
    examples: [{ line: 'npm run synth' }, { line: 'npm run synth -- --env prod' }],
    exits: [0, 1, 2],
    where: WHERE.project,
    module: 'scripts/synth.mjs',
  },
  {
    name: 'bundle',
    summary: 'bundles the handlers, and prints what is in each bundle, with sizes and licences',
    flags: { force: { text: 'also when no source changed' } },
    examples: [{ line: 'npm run bundle' }],
    exits: [0, 1, 2],
    where: WHERE.project,
    program: 'scripts/bundle.mjs',
  },
  {
    name: 'policy',
    summary: 'checks the stacks of every environment against the rules of a strict plan review',
    examples: [{ line: 'npm run policy' }],
    exits: [0, 1, 2],
    where: WHERE.project,
    module: 'scripts/policy.ts',
  },
  {
    name: 'plan',
    summary:
      'says what the stacks of now create, change, replace and destroy against another commit; no account',
    about:
      'Both are synthesized here, so nothing is asked of AWS: what was changed by hand or never applied, only terraform plan sees.\nIt exits with 0 whatever differs, and with 1 when it cannot compare or finds what --refuse names.',
    flags: {
      against: {
        kind: 'text',
        value: 'COMMIT',
        default: 'main',
        text: 'a commit, branch or tag (default main)',
      },
      from: {
        kind: 'folder',
        value: 'FOLDER',
        text: 'a cdktf.out that was synthesized earlier, instead of a commit',
      },
      env: { ...ENVIRONMENT, text: 'only this environment of cdktf.json (default all)' },
      refuse: {
        kind: 'choices',
        value: 'OUTCOME,…',
        choices: () => ['destroyed', 'replaced', 'may-be-replaced'],
        text: 'exit with 1 when a resource would be one of these: destroyed, replaced, may-be-replaced',
      },
      markdown: { text: 'for a pull request' },
      json: { text: 'one JSON object a line' },
    },
    examples: [
      { line: 'npm run plan' },
      { line: 'npm run plan -- --against v1.2.0 --env prod --refuse destroyed,replaced' },
      { line: 'npm run plan -- --from ../other-clone/cdktf.out --env dev --markdown' },
    ],
    exits: [0, 1, 2],
    where: WHERE.project,
    module: 'scripts/plan.ts',
  },
  {
    name: 'permissions',
    summary:
      'runs a cycle and prints each granted action with its uses; no grant is unused, no call is ungranted',
    examples: [{ line: 'npm run permissions' }],
    exits: [0, 1, 2, 130],
    where: WHERE.own,
    module: 'local/commands/permissions.ts',
  },
  {
    name: 'capacity',
    summary: 'says what a rate of changes needs of each part of the stacks, and which setting to turn up',
    flags: {
      changes: {
        kind: 'count',
        value: 'COUNT',
        default: 1_000,
        text: 'changes per second in each of the two sources (default 1000)',
      },
      bytes: { kind: 'count', value: 'COUNT', default: 1_000, text: 'of a row or an item (default 1000)' },
      'stored-gb': { kind: 'count', value: 'COUNT', default: 100, text: 'GB in each source (default 100)' },
      env: ENVIRONMENT,
      json: { text: 'one JSON object a line' },
    },
    examples: [
      { line: 'npm run capacity' },
      { line: 'npm run capacity -- --changes 100000 --bytes 500 --stored-gb 2000 --env prod' },
    ],
    exits: [0, 1, 2],
    where: WHERE.project,
    module: 'scripts/capacity.ts',
  },
  {
    name: 'scan',
    summary: 'scans the stacks with checkov, Trivy and tflint, as far as they are installed',
    flags: {
      prove: { text: 'plant a finding, which each scanner must report' },
      require: {
        kind: 'choices',
        value: 'NAME,…',
        choices: () => ['checkov', 'trivy', 'tflint'],
        text: 'fail when one of these is not installed',
      },
    },
    examples: [{ line: 'npm run scan' }, { line: 'npm run scan -- --prove --require checkov,trivy' }],
    exits: [0, 1, 2],
    where: WHERE.project,
    module: 'scripts/scan.ts',
  },
  {
    name: 'doctor',
    summary:
      'checks what npm start needs of this machine, or with --aws whether a deploy can succeed in an account',
    about:
      'Here: Node, a MySQL server, Java, disk, memory, ports, write rights. With --aws: versions, classes, quotas, roles, subscriptions.\nIt changes nothing.',
    flags: {
      aws: { text: 'the AWS account of the environment' },
      policy: { text: 'print the read-only policy that --aws needs' },
      'data-dir': DATA_DIR,
    },
    examples: [
      { line: 'npm run doctor' },
      { line: 'npm run doctor -- --aws' },
      { line: 'npm run doctor -- --aws --policy' },
    ],
    exits: [0, 1, 2],
    where: 'this machine, or an AWS account; it only reads',
    module: 'scripts/doctor.mjs',
  },
  {
    name: 'deploy-role',
    summary: 'prints the policies of the role that deploys one environment',
    words: [
      { name: 'ENVIRONMENT', kind: 'choice', choices: environments, text: 'of cdktf.json' },
      {
        name: 'STACK',
        kind: 'choice',
        choices: () => ['network', 'storage', 'warehouse', 'pipeline', 'pipeline-2'],
        isOptional: true,
        text: 'its document, or the second of one that needs two; without it all, as a JSON object by name',
      },
    ],
    examples: [
      { line: 'npm run deploy-role -- prod' },
      {
        line: 'npm run deploy-role -- prod pipeline',
        text: 'ready for aws iam create-policy --policy-document',
      },
    ],
    exits: [0, 1, 2],
    where: WHERE.project,
    module: 'scripts/deploy-role.ts',
  },
  {
    name: 'locks',
    summary: "keeps Terraform's provider lock file of each stack in the repository",
    words: [
      {
        name: 'save|restore',
        kind: 'choice',
        choices: () => ['save', 'restore'],
        text: 'save: lock the providers and copy the files to locks/; restore: copy them back beside the stacks',
      },
    ],
    examples: [{ line: 'npm run locks -- save' }, { line: 'npm run locks -- restore' }],
    exits: [0, 1, 2],
    where: WHERE.project,
    program: 'scripts/provider-locks.mjs',
  },
  {
    name: 'check:cdktn',
    summary: 'proves that the project can move to the successor of CDKTF',
    examples: [{ line: 'npm run check:cdktn' }],
    exits: [0, 1, 2],
    where: WHERE.project,
    program: 'scripts/check-cdktn.mjs',
  },
  {
    name: 'test',
    summary: 'installs what is missing, then tests everything on real engines',
    passesTo: 'jest',
    examples: [{ line: 'npm test' }, { line: 'npm test -- __tests__/pipeline/load' }],
    exits: [0, 1],
    where: WHERE.own,
    program: 'scripts/test.mjs',
  },
  {
    name: 'check',
    summary: 'format, lint, types, and the tests that start no engine',
    passesTo: 'jest',
    examples: [{ line: 'npm run check' }],
    exits: [0, 1],
    where: WHERE.project,
    program: 'scripts/check.mjs',
  },
  {
    name: 'format',
    summary: 'formats and applies safe lint fixes',
    examples: [{ line: 'npm run format' }],
    exits: [0, 1, 2],
    where: WHERE.project,
    program: 'scripts/format.mjs',
  },
  {
    name: 'bench',
    summary:
      'measures capabilities, each next to a baseline taken in the same run; all of them without a name',
    words: [
      {
        name: 'NAME',
        kind: 'choice',
        choices: benchmarks,
        isOptional: true,
        isMany: true,
        text: 'a benchmark',
      },
    ],
    flags: {
      rows: { kind: 'count', value: 'COUNT', text: 'how many rows, instead of what each benchmark takes' },
      shape: { kind: 'text', value: 'NAME,…', text: 'only these shapes of a benchmark that has several' },
      json: { text: 'one JSON object per line' },
    },
    examples: [
      { line: 'npm run bench -- load' },
      { line: 'npm run bench -- mysql-stream --rows=100000 --json' },
    ],
    exits: [0, 1, 2],
    where: WHERE.own,
    module: 'scripts/bench.ts',
  },
  {
    name: 'soak',
    summary:
      'runs the pipeline under writers and random faults, then compares every row; writes a report and a chart',
    about:
      'Processes are killed, stopped for some seconds, and the whole is restarted. Samples memory, handles, lag, files and logs, and at\nthe end compares every row that the writers wrote with the warehouse, by a comparison of its own.',
    flags: {
      minutes: { kind: 'number', value: 'N', default: 60, text: 'how long (default 60)' },
      seed: {
        kind: 'number',
        value: 'N',
        default: 1,
        text: 'faults and changes follow from it, as far as timing lets them (default 1)',
      },
      rate: {
        kind: 'number',
        value: 'N',
        default: 200,
        text: 'changes a second into each source (default 200)',
      },
      every: {
        kind: 'seconds',
        value: 'SECONDS',
        default: 60,
        text: 'how often the schedules fire (default 60)',
      },
      'data-dir': {
        kind: 'folder',
        value: 'DIR',
        default: '.local/soak/state',
        text: 'state of the pipeline; emptied first (default .local/soak/state)',
      },
      report: {
        kind: 'folder',
        value: 'DIR',
        default: '.local/soak',
        text: 'gets report.txt and chart.svg (default .local/soak)',
      },
    },
    examples: [
      { line: 'npm run soak -- --minutes 5' },
      { line: 'npm run soak -- --minutes 60 --seed 7 --report soak-report' },
    ],
    exits: [0, 1, 2],
    where: WHERE.own,
    module: 'scripts/soak.ts',
  },
  {
    name: 'prove',
    summary: 'runs one test at length, of which npm test takes a slice',
    words: [{ name: 'NAME', kind: 'choice', choices: proofs, text: 'a proof' }],
    flags: {
      minutes: {
        kind: 'number',
        value: 'N',
        text: 'more rounds until N minutes have passed (default: one round)',
      },
      seed: {
        kind: 'count',
        value: 'N',
        default: 1,
        least: 0,
        text: 'random choices follow from it (default 1)',
      },
    },
    examples: [{ line: 'npm run prove -- crashes --minutes 10 --seed 7' }],
    exits: [0, 1, 2],
    where: WHERE.own,
    module: 'scripts/prove.ts',
  },
];
