/** What the keys of a warehouse cannot say alone. */
import type { Settings } from '../settings-schema';
import { type ExistingRedshift, isExistingRedshift, type RedshiftOf } from './redshift';

export function checkWarehouse(settings: Settings): string[] {
  const { redshift } = settings;
  if (redshift.kind === 'serverless') return checkServerless(redshift, settings);
  return isExistingRedshift(redshift) ? checkExisting(redshift, settings) : [];
}

function checkServerless(
  { baseCapacityRpus, maxCapacityRpus }: RedshiftOf<'serverless'>,
  { network }: Settings,
): string[] {
  const problems: string[] = [];
  if (maxCapacityRpus < baseCapacityRpus) {
    problems.push(
      `redshift.maxCapacityRpus: allowed is at least redshift.baseCapacityRpus (${baseCapacityRpus}), got: ${maxCapacityRpus}`,
    );
  }
  // Redshift management guide, "Considerations when using Amazon Redshift Serverless", for enhanced VPC routing.
  const [key, zones] =
    network.kind === 'new'
      ? ['availabilityZones', network.availabilityZones]
      : ['subnets', network.subnets.map(({ zone }) => zone)];
  if (zones.length < 3) {
    problems.push(
      `network.${key}: allowed is at least 3 zones where redshift.kind is serverless, got: ${JSON.stringify(zones)}`,
    );
  }
  return problems;
}

function checkExisting(
  { adminSecretArn, adminSecretKeyArn }: ExistingRedshift,
  { network, region, accountId }: Settings,
): string[] {
  const problems: string[] = [];
  if (network.kind === 'new') {
    problems.push(
      'network.kind: allowed is existing, the VPC of the warehouse, where redshift.kind is existing-…: DMS reaches it from its subnets, got: "new"',
    );
  }
  for (const [key, arn] of Object.entries({ adminSecretArn, adminSecretKeyArn })) {
    if (arn === undefined || arn.split(':').slice(3, 5).join() === [region, accountId].join()) continue;
    problems.push(
      `redshift.${key}: allowed is one in ${region} of the account ${accountId}, where the Data API looks for it, got: ${JSON.stringify(arn)}`,
    );
  }
  return problems;
}
