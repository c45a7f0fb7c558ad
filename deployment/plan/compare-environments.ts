/** Two syntheses of one environment: resources, stacks, and what a month costs. */
import type { Deployment } from '../deployment';
import { compareDeployments } from './compare';
import { costDifferences } from './cost-difference';
import type { ComparedEnvironment } from './plan-report';
import { compareStacks } from './stack-difference';

export const compareEnvironments = (
  name: string,
  before: Deployment,
  after: Deployment,
): ComparedEnvironment => ({
  name,
  changes: compareDeployments(before, after),
  stacks: compareStacks(before, after),
  costs: costDifferences(before, after),
});
