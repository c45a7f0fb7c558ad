/** The scanners that reviewers use: how each is called on synthesized stacks, and what its result means. */

export type ScannerName = 'checkov' | 'trivy' | 'tflint';

export interface ScanFolder {
  /** Holds `<stack>/cdk.tf.json`, each without its required version of Terraform. */
  readonly stacks: string;
  readonly baseline: string;
  readonly trivyIgnore: string;
}

export interface Scanner {
  readonly name: ScannerName;
  readonly program: string;
  readonly arguments: (folder: ScanFolder) => readonly string[];
  /** A finding that it must report, to show that it reads the stacks at all: the change of one stack's JSON. */
  readonly plant: { readonly stack: string; readonly type: string; readonly config: object };
}

const OPEN_GROUP = {
  stack: 'network',
  type: 'aws_security_group',
  config: {
    name: 'planted',
    description: 'planted',
    ingress: [
      {
        cidr_blocks: ['0.0.0.0/0'],
        description: 'planted',
        from_port: 22,
        ipv6_cidr_blocks: [],
        prefix_list_ids: [],
        protocol: 'tcp',
        security_groups: [],
        self: false,
        to_port: 22,
      },
    ],
  },
} as const;

export const SCANNERS: readonly Scanner[] = [
  {
    name: 'checkov',
    program: 'checkov',
    arguments: ({ stacks, baseline }) => [
      ...['--directory', stacks, '--framework', 'terraform_json'],
      // Not --quiet: only the summary shows that resources were scanned at all.
      ...['--baseline', baseline, '--compact'],
    ],
    plant: OPEN_GROUP,
  },
  {
    name: 'trivy',
    program: 'trivy',
    arguments: ({ stacks, trivyIgnore }) => [
      ...['config', '--quiet', '--exit-code', '1', '--ignorefile', trivyIgnore],
      stacks,
    ],
    plant: OPEN_GROUP,
  },
  {
    name: 'tflint',
    program: 'tflint',
    arguments: ({ stacks }) => ['--recursive', '--chdir', stacks],
    plant: {
      stack: 'network',
      type: 'aws_instance',
      config: { ami: 'ami-0123456789abcdef0', instance_type: 't2.planted' },
    },
  },
];

export interface ScannerRun {
  readonly name: ScannerName;
  /** Undefined when the program is not installed. */
  readonly exitCode: number | undefined;
  readonly output: string;
}

export type ScanVerdict = 'clean' | 'findings' | 'broken' | 'not installed';

/**
 * All three exit with 0 for no finding. Findings are 1 for checkov and Trivy and 2 for tflint, whose 1 is an error of its
 * own; checkov exits with 2 when it cannot run (their documentation, "Exit codes"). checkov also exits with 0 after it
 * has read no resource, and then prints no summary: that proves nothing.
 */
export function verdictOf({ name, exitCode, output }: ScannerRun): ScanVerdict {
  if (exitCode === undefined) return 'not installed';
  if (exitCode === (name === 'tflint' ? 2 : 1)) return 'findings';
  if (exitCode !== 0) return 'broken';
  return name === 'checkov' && passedChecks(output) === 0 ? 'broken' : 'clean';
}

const passedChecks = (output: string): number => Number(/Passed checks: (\d+)/.exec(output)?.[1] ?? 0);

export interface ScanExpectation {
  /** A finding was planted, so that `findings` is the good verdict. */
  readonly isProof: boolean;
  /** The scanner must be installed, as in a workflow. */
  readonly isRequired: boolean;
}

export function isAsExpected(verdict: ScanVerdict, { isProof, isRequired }: ScanExpectation): boolean {
  if (verdict === 'not installed') return !isRequired;
  return verdict === (isProof ? 'findings' : 'clean');
}
