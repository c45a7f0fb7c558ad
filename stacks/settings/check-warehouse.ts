/** What the keys of a warehouse cannot say alone. */
import type { Settings } from '../settings-schema';

export function checkWarehouse({ redshift, network }: Settings): string[] {
  if (redshift.kind !== 'serverless') return [];
  const problems: string[] = [];
  const { baseCapacityRpus, maxCapacityRpus } = redshift;
  if (maxCapacityRpus < baseCapacityRpus) {
    problems.push(
      `redshift.maxCapacityRpus: allowed is at least redshift.baseCapacityRpus (${baseCapacityRpus}), got: ${maxCapacityRpus}`,
    );
  }
  // Redshift management guide, "Considerations when using Amazon Redshift Serverless", for enhanced VPC routing.
  if (network.kind === 'new' && network.availabilityZones.length < 3) {
    problems.push(
      `network.availabilityZones: allowed is at least 3 zone letters where redshift.kind is serverless, whose subnets must be in three zones, got: ${JSON.stringify(network.availabilityZones)}`,
    );
  }
  return problems;
}
