/** What goes to a pane of glass elsewhere: is the layer there and does it fit, are the secrets there and under the key that roles may use. */
import { textsOf } from '../json';
import { change, type Examination, type Finding, good, look } from './finding';

const GUIDE = 'docs/one-pane-of-glass.md says how it is made';

export const examineLayers: Examination = async (deployment, account) => {
  const functions = deployment.of('aws_lambda_function');
  const arns = new Set(functions.flatMap((one) => textsOf(one.at('layers'))));
  const findings: Finding[] = [];
  for (const arn of arns) {
    const [, , , , owner = '', , name = '', version = ''] = arn.split(':');
    const subject = `layer ${name}`;
    const found = await account.ask('lambda get-layer-version', {
      'layer-name': arn.slice(0, arn.lastIndexOf(':')),
      'version-number': version,
    });
    if (found?.LayerVersionArn === undefined) {
      findings.push(
        change(
          subject,
          `${owner} has no version ${version} of it in this region: set observability.newRelic.layer.arn`,
        ),
      );
      continue;
    }
    const wanted = functions.filter((one) => textsOf(one.at('layers')).includes(arn));
    const misfits = [
      ...new Set([
        ...missingOf(
          found.CompatibleRuntimes,
          wanted.map((one) => one.text('runtime')),
        ),
        ...missingOf(
          found.CompatibleArchitectures,
          wanted.flatMap((one) => textsOf(one.at('architectures'))),
        ),
      ]),
    ];
    findings.push(
      misfits.length === 0
        ? good(subject, `version ${version} is there and fits the functions`)
        : change(
            subject,
            `version ${version} is not for ${misfits.join(', ')}: set observability.newRelic.layer.arn to one that is`,
          ),
    );
  }
  return findings;
};

/** A layer that names none is for all. */
const missingOf = (known: readonly string[] | undefined, wanted: readonly string[]): readonly string[] =>
  known === undefined || known.length === 0 ? [] : wanted.filter((one) => !known.includes(one));

export const examineSecrets: Examination = async (deployment, account) =>
  Promise.all(
    deployment.of('existing_secret').map(async (secret) => {
      const arn = secret.text('arn');
      const subject = `secret ${arn.split(':').slice(6).join(':')}`;
      const found = await account.ask('secretsmanager describe-secret', { 'secret-id': arn });
      if (found === undefined) return change(subject, `does not exist: ${GUIDE}`);
      if (found.DeletedDate !== undefined) return change(subject, 'is scheduled for deletion: restore it');
      const key = found.KmsKeyId;
      const known = secret.text('key_arn');
      if (key !== undefined && !key.includes('alias/aws/') && key !== known)
        return change(
          subject,
          `is encrypted with ${key}, and the settings name ${known || 'no key'}: set the key beside its ARN in observability`,
        );
      if (key === undefined && known !== '')
        return look(subject, `is encrypted with the key of AWS; ${known} is not needed`);
      return good(subject, 'is there, under the key that the settings name');
    }),
  );
