/** A log group is a name that policies and functions refer to; the logs themselves are files. Subscribers hear each line. */
import { ACCOUNT } from '../../runtime/ports/host';
import { LOG_GROUPS, LOG_LISTENERS, type LogGroup } from '../../runtime/ports/log-group';
import type { Registry } from '../../runtime/registry';
import type { ResourceTwin } from '../../runtime/resource-twin';

export const awsCloudwatchLogGroup: ResourceTwin = {
  type: 'aws_cloudwatch_log_group',
  honoured: ['name'],
  ignored: {
    retention_in_days: 'nothing expires on a laptop; --fresh forgets everything',
    log_group_class: 'no CloudWatch: a person watches, and the logs are files',
    skip_destroy: 'nothing is destroyed here',
  },
  start: async (resource, registry) => {
    const facts = registry.the(ACCOUNT);
    const name = resource.text('name');
    const arn = `arn:aws:logs:${facts.region}:${facts.accountId}:log-group:${name}`;
    registry.of(LOG_GROUPS).set(name, new LaptopLogGroup(name, registry));
    return { attributes: { name, id: name, arn } };
  },
};

class LaptopLogGroup implements LogGroup {
  private readonly listeners: ((line: string) => void)[] = [];

  constructor(
    readonly name: string,
    private readonly registry: Registry,
  ) {}

  write(line: string): void {
    for (const listener of [...this.listeners, ...this.registry.of(LOG_LISTENERS).values()]) listener(line);
  }

  subscribe(listener: (line: string) => void): void {
    this.listeners.push(listener);
  }
}
