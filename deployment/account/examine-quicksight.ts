/** What QuickSight needs of the account, which a person sets up once: its subscription, and its role for secrets. */
import { change, type Examination, good } from './finding';

/** Made by QuickSight when an administrator allows it access to Secrets Manager. */
export const ROLE_OF_QUICKSIGHT = 'aws-quicksight-secretsmanager-role-v0';

const GUIDE = 'docs/bi.md says how';

export const examineQuickSight: Examination = async (deployment, account) => {
  if (deployment.of('aws_quicksight_data_source').length === 0) return [];
  const { accountId } = deployment.home;
  const answer = await account.ask('quicksight describe-account-subscription', {
    'aws-account-id': accountId,
  });
  const { Edition: edition = '', AccountSubscriptionStatus: status = '' } = answer?.AccountInfo ?? {};
  const role = await account.ask('iam get-role', { 'role-name': ROLE_OF_QUICKSIGHT });
  return [
    answer?.AccountInfo === undefined || status.startsWith('UNSUBSCRIBE')
      ? change('QuickSight', `the account ${accountId} has no subscription: sign up for it, ${GUIDE}`)
      : edition.startsWith('ENTERPRISE')
        ? good('QuickSight', `${edition}, ${status}`)
        : change(
            'QuickSight',
            `the edition is ${edition}, which has no way into a VPC: upgrade it, ${GUIDE}`,
          ),
    role === undefined
      ? change(
          'QuickSight role',
          `${ROLE_OF_QUICKSIGHT} does not exist: allow QuickSight access to Secrets Manager, ${GUIDE}`,
        )
      : good('QuickSight role', `${ROLE_OF_QUICKSIGHT} exists`),
  ];
};
