/**
 * The deployment, running: every resource that has a twin, started in the order of the graph and stopped in reverse.
 *
 * Stopping: schedules fire no more; streams are delivered to their end; then each resource, last started first. What
 * takes longer than the grace is killed: everything here is made to be.
 */

import type { JsonMap } from '../../deployment/json';
import { type AttributesOf, createLookup } from '../../deployment/lookup';
import type { Lookup } from '../../deployment/references';
import { ResourceArguments } from '../../deployment/resource-arguments';
import {
  buildResourceGraph,
  nodeOf,
  orderGraph,
  type ResourceGraph,
  runnable,
} from '../../deployment/resource-graph';
import { type Block, readStacks, type Stack } from '../../deployment/terraform-json';
import { HANDLER_NAMES, type HandlerName } from '../../pipeline/handler-environment';
import type { StateFolder } from '../state/state-folder';
import { checkDeployment } from './check-deployment';
import type { RuntimeEvent } from './events';
import { accountOf, type OpenServices, openServices } from './open-services';
import { type CallableFunction, FUNCTIONS } from './ports/callable-function';
import { TELL } from './ports/host';
import { SCHEDULES } from './ports/schedule';
import { STREAM_MAPPINGS, type StreamMapping } from './ports/stream-mapping';
import type { Registry } from './registry';
import type { StartedResource } from './resource-twin';
import { TWIN_BY_TYPE } from './services';
import { turnMs } from './turns';

export interface RuntimeOptions {
  /** `cdktf.out`. */
  readonly deploymentFolder: string;
  readonly state: StateFolder;
  /** Instead of every schedule's own rate. */
  readonly everySeconds?: number;
  /** Streams are delivered in parts, late and again. */
  readonly chaos?: boolean;
  readonly tell: (event: RuntimeEvent) => void;
}

export interface StopOptions {
  /** Deliver first what the streams still hold. */
  readonly drain?: boolean;
}

/**
 * A person waits: all of it ends within three seconds. Functions end by themselves within the first time, or are killed;
 * streams, which feed them, stop before that. What was not delivered is delivered at the next start.
 */
const FUNCTION_GRACE_MS = { drained: 1_200, interrupted: 500 };
const DRAIN_GRACE_MS = 800;

/**
 * Brings everything up; schedules do not fire before `fireSchedules`.
 * @throws Error naming resource, file and reason; then nothing is left running.
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { state, everySeconds, chaos = false, tell } = options;
  const stacks = readStacks(options.deploymentFolder);
  const graph = buildResourceGraph(stacks);
  checkDeployment(stacks);
  const attributes = new Map<string, JsonMap>();
  const attributesOf: AttributesOf = (stack, address) => attributes.get(nodeOf(stack, address));
  const account = accountOf(stacks);
  const lookup = createLookup(stacks, attributesOf, account);
  const services = await openServices({ stacks, account, lookup, state, everySeconds, chaos, tell });
  const runtime = new Runtime(services, stacks, graph, attributes, lookup);
  try {
    await runtime.startResources();
  } catch (error) {
    await runtime.stop({ drain: false });
    throw error;
  }
  return runtime;
}

export class Runtime {
  private readonly started = new Map<string, StartedResource>();
  private startFailed = false;
  private stopped: Promise<void> | undefined;

  constructor(
    private readonly services: OpenServices,
    private readonly stacks: readonly Stack[],
    private readonly graph: ResourceGraph,
    /** Of each resource that has started, by node. */
    private readonly attributes: Map<string, JsonMap>,
    /** Resolves references among what has started so far. */
    readonly lookup: Lookup,
  ) {}

  get registry(): Registry {
    return this.services.registry;
  }

  functionOf(handler: HandlerName): CallableFunction {
    return functionOfHandler(this.registry, handler);
  }

  /** Fires every schedule, each in its turn within the tick, and from then on at its rate. */
  fireSchedules(): void {
    for (const schedule of this.registry.of(SCHEDULES).values()) schedule.start(turnMs(schedule));
  }

  /** A second call waits for the first. Without draining, streams resume at the next start where they are. */
  stop({ drain = true }: StopOptions = {}): Promise<void> {
    this.stopped ??= this.stopAll(drain);
    return this.stopped;
  }

  /** Each as soon as what it needs is there. After a failure nothing more is begun. */
  async startResources(): Promise<void> {
    const blocks = new Map(
      this.stacks.flatMap((stack) =>
        runnable(stack).map((block) => [nodeOf(block.stack, block.address), block] as const),
      ),
    );
    const done = new Map<string, Promise<void>>();
    for (const node of orderGraph(this.graph)) {
      const needed = [...(this.graph.get(node) ?? [])].map((other) => done.get(other));
      const block = blocks.get(node);
      if (block === undefined) continue;
      done.set(
        node,
        Promise.all(needed).then(() => this.startResource(node, block)),
      );
    }
    const results = await Promise.allSettled(done.values());
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  private async startResource(node: string, block: Block): Promise<void> {
    const twin = TWIN_BY_TYPE.get(block.type);
    if (twin === undefined || this.startFailed) return;
    const startedAt = performance.now();
    try {
      const started = await twin.start(new ResourceArguments(block, this.lookup), this.registry);
      this.started.set(node, started);
      this.attributes.set(node, started.attributes);
    } catch (error) {
      this.startFailed = true;
      throw startFailure(block, error);
    }
    const elapsedMs = performance.now() - startedAt;
    this.registry.the(TELL)({ type: 'part', address: block.address, state: 'started', elapsedMs });
  }

  private async stopAll(drain: boolean): Promise<void> {
    const functions = [...this.registry.of(FUNCTIONS).values()];
    const schedules = [...this.registry.of(SCHEDULES).values()];
    const mappings = [...this.registry.of(STREAM_MAPPINGS).values()];
    for (const called of functions) called.beginStop();
    const grace = setTimeout(
      () => {
        // What feeds a function stops before it: the end of a function is not a failure of its records.
        for (const mapping of mappings) void mapping.stop();
        for (const called of functions) void called.stop();
      },
      drain ? FUNCTION_GRACE_MS.drained : FUNCTION_GRACE_MS.interrupted,
    );
    const failures: unknown[] = [];
    const attempt = async (work: () => Promise<void>): Promise<void> => {
      await work().catch((error: unknown) => failures.push(error));
    };
    await Promise.all(schedules.map((schedule) => attempt(() => schedule.stop())));
    await Promise.all(
      mappings.map((mapping) => attempt(() => (drain ? drainAndStop(mapping) : mapping.stop()))),
    );
    for (const { stop } of [...this.started.values()].reverse()) {
      if (stop !== undefined) await attempt(stop);
    }
    clearTimeout(grace);
    await attempt(() => this.services.stop());
    if (failures.length > 0) throw failures[0];
  }
}

/** `cdc-dev-ingest-txns` runs the handler `ingest-txns`. */
export function handlerOf(functionName: string): HandlerName | undefined {
  return HANDLER_NAMES.find((handler) => functionName === handler || functionName.endsWith(`-${handler}`));
}

/** Its name ends in the handler's. @throws Error when no stack declares it */
export function functionOfHandler(registry: Registry, handler: HandlerName): CallableFunction {
  const found = [...registry.of(FUNCTIONS).values()].find(({ name }) => handlerOf(name) === handler);
  if (found === undefined) throw new Error(`no stack declares a function for the handler ${handler}`);
  return found;
}

/** Nobody writes any more: once the stream is delivered, nothing that DynamoDB Local trims later is missed. */
async function drainAndStop(mapping: StreamMapping): Promise<void> {
  const drained = await mapping.drain({ timeoutMs: DRAIN_GRACE_MS }).then(
    () => true,
    () => false,
  );
  await mapping.stop({ drained });
}

function startFailure(block: Block, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(
    `${block.address} (stack ${block.stack}, cdktf.out/stacks/${block.stack}/cdk.tf.json) could not start: ${reason}`,
    { cause: error },
  );
}
