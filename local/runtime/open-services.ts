/** Opens every service before any resource starts: its engine, its API behind one gateway, and what all twins need. */
import { mkdirSync } from 'node:fs';
import { DeployedPolicies } from '../../deployment/deployed-policies';
import type { AccountFacts } from '../../deployment/lookup';
import type { Lookup } from '../../deployment/references';
import { DeploymentError, type Stack } from '../../deployment/terraform-json';
import { startGateway } from '../protocol/gateway';
import { DEFAULT_MAX_CLOCK_SKEW_MS } from '../protocol/signed-request';
import type { StateFolder } from '../state/state-folder';
import type { RuntimeEvent } from './events';
import { ACCESS_CONTROL } from './ports/access-control';
import {
  ACCESS_RULES,
  ACCOUNT,
  CHAOS,
  EVERY_SECONDS,
  GATEWAY,
  GATEWAY_SERVICES,
  POLICIES,
  STACK_FOLDERS,
  STATE,
  TELL,
} from './ports/host';
import { Registry } from './registry';
import type { OpenService, ServiceDescription } from './service-description';
import { ACCESS_RULES_BY_SERVICE, SERVICES } from './services';

export interface OpenServicesOptions {
  readonly stacks: readonly Stack[];
  readonly account: AccountFacts;
  readonly lookup: Lookup;
  readonly state: StateFolder;
  readonly everySeconds: number | undefined;
  readonly chaos: boolean;
  readonly tell: (event: RuntimeEvent) => void;
}

export interface OpenServices extends OpenService {
  readonly registry: Registry;
}

/** @throws Error of the first service that could not open; then none is open */
export async function openServices(options: OpenServicesOptions): Promise<OpenServices> {
  const registry = createRegistry(options);
  const opening = SERVICES.filter((service) => isNeeded(service, options.stacks)).flatMap(({ open }) =>
    open === undefined ? [] : [open(registry)],
  );
  const results = await Promise.allSettled(opening);
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failure = results.find((result) => result.status === 'rejected');
  try {
    if (failure !== undefined) throw failure.reason;
    const gateway = await startGateway({
      services: registry.of(GATEWAY_SERVICES),
      signing: { region: options.account.region, maxClockSkewMs: clockSkewMs() },
      authorize: (request) => registry.the(ACCESS_CONTROL).authorize(request),
    });
    registry.provide(GATEWAY, gateway);
    return { registry, stop: () => stopAll([gateway, ...opened]) };
  } catch (error) {
    await stopAll(opened);
    throw error;
  }
}

function isNeeded({ opensOnDemand, twins }: ServiceDescription, stacks: readonly Stack[]): boolean {
  if (opensOnDemand !== true) return true;
  const types = new Set(twins.map(({ type }) => type));
  return stacks.some(({ resources, existing }) =>
    [...resources, ...existing].some(({ type }) => types.has(type)),
  );
}

/**
 * Both ends of a signature share this machine's clock, so that AWS's 15 minutes are plenty; where the clock itself jumps,
 * CDC_CLOCK_SKEW_MINUTES gives more.
 */
function clockSkewMs(): number {
  const given = process.env.CDC_CLOCK_SKEW_MINUTES;
  if (given === undefined) return DEFAULT_MAX_CLOCK_SKEW_MS;
  const minutes = Number(given);
  if (Number.isFinite(minutes) && minutes > 0) return minutes * 60_000;
  throw new Error(`CDC_CLOCK_SKEW_MINUTES must be a number of minutes above 0, got: ${given}`);
}

function createRegistry(options: OpenServicesOptions): Registry {
  const { stacks, account, lookup, state } = options;
  for (const folder of ['s3', 'secrets', 'warehouse', 'queues'])
    mkdirSync(state.path(folder), { recursive: true });
  const folders = new Map(stacks.map(({ name, folder }) => [name, folder]));
  const registry = new Registry();
  registry.provide(ACCOUNT, account);
  registry.provide(POLICIES, new DeployedPolicies(stacks, lookup));
  registry.provide(ACCESS_RULES, ACCESS_RULES_BY_SERVICE);
  registry.provide(STATE, state);
  registry.provide(EVERY_SECONDS, options.everySeconds);
  registry.provide(CHAOS, options.chaos);
  registry.provide(TELL, options.tell);
  registry.provide(STACK_FOLDERS, (stack) => folders.get(stack) ?? '.');
  return registry;
}

/** One after the other; what one throws does not keep the next one running. */
async function stopAll(services: readonly OpenService[]): Promise<void> {
  const failures: unknown[] = [];
  for (const service of services) {
    await service.stop().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

/** Region and account are those of the providers; all stacks have the same. @throws DeploymentError */
export function accountOf(stacks: readonly Stack[]): AccountFacts {
  const only = (what: string, values: readonly (string | undefined)[]): string => {
    const found = [...new Set(values.filter((value) => value !== undefined))];
    if (found.length === 1 && found[0] !== undefined) return found[0];
    throw new DeploymentError(
      `the stacks must be of one ${what}, stated by their provider; got: ${found.join(', ') || 'none'}`,
    );
  };
  return {
    region: only(
      'region',
      stacks.map(({ region }) => region),
    ),
    accountId: only(
      'account',
      stacks.map(({ accountId }) => accountId),
    ),
  };
}
