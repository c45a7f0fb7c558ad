import { skipsOf } from '../../../deployment/deployment';
import { POLICY_RULES } from '../../../deployment/policy/rules';
import { buildCheckovBaseline, withoutRequiredVersion } from '../../../deployment/scan/checkov-baseline';
import { isAsExpected, SCANNERS, type ScannerRun, verdictOf } from '../../../deployment/scan/scanners';
import { FALSE_ON_JSON } from '../../../deployment/scan/trivy-ignores';
import { synthesize } from '../../stacks/synthesized';

const dev = synthesize().deployment;

it('a copy for checkov differs in the required version only, at which its JSON reader stops', () => {
  for (const { json } of dev.stacks) {
    const copy = withoutRequiredVersion(json);
    const terraform = json.terraform as Record<string, unknown>;
    expect(terraform.required_version).toBeDefined();
    expect(copy).toEqual({ ...json, terraform: { ...terraform, required_version: undefined } });
    expect(JSON.stringify(copy)).not.toContain('required_version');
  }
});

it('the baseline has each skip of each resource, under both names that checkov uses', () => {
  const { failed_checks: files } = buildCheckovBaseline(dev);
  expect(files.map(({ file }) => file)).toEqual(dev.stacks.map(({ name: stack }) => `/${stack}/cdk.tf.json`));
  for (const resource of dev.resources) {
    const own = files.find(({ file }) => file === `/${resource.stack}/cdk.tf.json`)!.findings;
    const check_ids = skipsOf(resource).map(({ id }) => id);
    for (const name of [resource.address, `resource.${resource.name}`]) {
      const found = own.filter(({ resource: of }) => of === name);
      if (check_ids.length > 0) expect(found).toContainEqual({ resource: name, check_ids });
    }
    if (check_ids.length === 0) expect(own.map((one) => one.resource)).not.toContain(resource.address);
  }
  expect(files.flatMap(({ findings }) => findings).length).toBeGreaterThan(20);
});

const CHECKOV = (passed: number, failed: number): string =>
  `terraform_json scan results:\n\nPassed checks: ${passed}, Failed checks: ${failed}, Skipped checks: 0\n`;

it.each<[ScannerRun, string]>([
  [{ name: 'checkov', exitCode: 0, output: CHECKOV(542, 0) }, 'clean'],
  [{ name: 'checkov', exitCode: 0, output: '' }, 'broken'],
  [{ name: 'checkov', exitCode: 1, output: CHECKOV(542, 1) }, 'findings'],
  [{ name: 'checkov', exitCode: 0, output: CHECKOV(0, 0) }, 'broken'],
  [{ name: 'checkov', exitCode: 2, output: 'usage: checkov' }, 'broken'],
  [{ name: 'trivy', exitCode: 0, output: '' }, 'clean'],
  [{ name: 'trivy', exitCode: 1, output: 'Failures: 1' }, 'findings'],
  [{ name: 'trivy', exitCode: 127, output: '' }, 'broken'],
  [{ name: 'tflint', exitCode: 0, output: '' }, 'clean'],
  [{ name: 'tflint', exitCode: 2, output: '1 issue(s) found' }, 'findings'],
  [{ name: 'tflint', exitCode: 1, output: 'failed to load' }, 'broken'],
  [{ name: 'trivy', exitCode: undefined, output: '' }, 'not installed'],
])('the end of a scanner is read as its documentation says: %j', (run, verdict) => {
  expect(verdictOf(run)).toBe(verdict);
});

it.each([
  [{ isProof: false, isRequired: false }, ['clean', 'not installed']],
  [{ isProof: false, isRequired: true }, ['clean']],
  [{ isProof: true, isRequired: false }, ['findings', 'not installed']],
  [{ isProof: true, isRequired: true }, ['findings']],
])('with %j only %j is good', (expectation, good) => {
  const verdicts = ['clean', 'findings', 'broken', 'not installed'] as const;
  expect(verdicts.filter((verdict) => isAsExpected(verdict, expectation))).toEqual(good);
});

it('each scanner is given the folder of stacks and has something planted for it in a stack that there is', () => {
  const folder = { stacks: '/s', baseline: '/b', trivyIgnore: '/t' };
  for (const { arguments: of, plant } of SCANNERS) {
    expect(of(folder)).toContain('/s');
    expect(dev.stacks.map(({ name }) => name)).toContain(plant.stack);
  }
});

it('what Trivy misreads on JSON is checked by our own rules', () => {
  const ids = [...FALSE_ON_JSON.matchAll(/Trivy does not read it from JSON\. (CKV\w+)/g)].map(([, id]) => id);
  expect(ids).toHaveLength(3);
  for (const id of ids) expect(POLICY_RULES.map((rule) => rule.id)).toContain(id);
});
