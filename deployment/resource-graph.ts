/**
 * In which order things come up: a resource after everything that it references or names in depends_on, a stack
 * after the stacks that it depends on, as `terraform apply` stack by stack would do it.
 */
import { findReferences, placeOf, type Reference } from './references';
import { type Block, DeploymentError, type Stack } from './terraform-json';

/** Addresses in the form `stack/type.name`, each with what must be there before it. */
export type ResourceGraph = ReadonlyMap<string, ReadonlySet<string>>;

/** What comes up: what the stack makes, and what is there before it, for which the laptop has a stand-in. */
export const runnable = (stack: Stack | undefined): readonly Block[] =>
  stack === undefined ? [] : [...stack.existing, ...stack.resources];

export const nodeOf = (stack: string, address: string): string => `${stack}/${address}`;

/** @throws DeploymentError for a reference to nothing, an unknown stack, or a cycle (the whole path is printed). */
export function buildResourceGraph(stacks: readonly Stack[]): ResourceGraph {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  checkNoCycle(stackGraph(stacks, byName), 'stacks depend on each other in a circle');
  const graph = new Map<string, Set<string>>();
  for (const stack of stacks) {
    const upstream = stack.dependencies.flatMap((name) =>
      runnable(byName.get(name)).map(({ address }) => nodeOf(name, address)),
    );
    const declared = new Map(
      [...runnable(stack), ...stack.dataSources].map((block) => [block.address, block]),
    );
    checkOutputs(stack, declared);
    for (const block of runnable(stack)) {
      const needed = neededInStack(block, declared).map((address) => nodeOf(stack.name, address));
      graph.set(nodeOf(stack.name, block.address), new Set([...upstream, ...needed]));
    }
  }
  checkNoCycle(graph, 'resources depend on each other in a circle');
  return graph;
}

/** Every node after what it needs; among equals, in the order of declaration. */
export function orderGraph(graph: ResourceGraph): readonly string[] {
  const ordered = new Set<string>();
  const visit = (node: string): void => {
    if (ordered.has(node)) return;
    for (const needed of graph.get(node) ?? []) visit(needed);
    ordered.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return [...ordered];
}

function stackGraph(stacks: readonly Stack[], byName: ReadonlyMap<string, Stack>): ResourceGraph {
  return new Map(
    stacks.map((stack) => {
      for (const name of stack.dependencies) {
        if (byName.has(name)) continue;
        throw new DeploymentError(
          `stack ${stack.name} depends on the stack ${name}, which was not synthesized; there are: ${[...byName.keys()].join(', ')}`,
        );
      }
      return [stack.name, new Set(stack.dependencies)];
    }),
  );
}

/** Resources of the same stack that a block needs, through data sources too. */
function neededInStack(block: Block, declared: ReadonlyMap<string, Block>): string[] {
  const needed = new Set<string>();
  const visit = (from: Block): void => {
    for (const address of directlyNeeded(from, declared)) {
      const target = declared.get(address);
      if (target === undefined || needed.has(address)) continue;
      needed.add(address);
      if (address.startsWith('data.')) visit(target);
    }
  };
  visit(block);
  return [...needed].filter((address) => !address.startsWith('data.'));
}

function directlyNeeded(block: Block, declared: ReadonlyMap<string, Block>): string[] {
  const references = Object.entries(block.config).flatMap(([property, value]) =>
    findReferences(value, placeOf(block, property)),
  );
  const addresses = [...references.map(({ address }) => address), ...block.dependsOn];
  for (const address of addresses) checkDeclared(block.stack, block.address, address, declared);
  return addresses;
}

function checkOutputs(stack: Stack, declared: ReadonlyMap<string, Block>): void {
  for (const [name, value] of stack.outputs) {
    const place = { stack: stack.name, resource: 'output', property: name };
    const references: readonly Reference[] = findReferences(value, place);
    for (const { address } of references) checkDeclared(stack.name, `output ${name}`, address, declared);
  }
}

function checkDeclared(
  stack: string,
  from: string,
  address: string,
  declared: ReadonlyMap<string, Block>,
): void {
  if (declared.has(address)) return;
  throw new DeploymentError(`stack ${stack}: ${from} refers to ${address}, which the stack does not declare`);
}

function checkNoCycle(graph: ResourceGraph, what: string): void {
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): void => {
    if (finished.has(node)) return;
    const start = path.indexOf(node);
    if (start !== -1) throw new DeploymentError(`${what}: ${[...path.slice(start), node].join(' → ')}`);
    path.push(node);
    for (const needed of graph.get(node) ?? []) visit(needed);
    path.pop();
    finished.add(node);
  };
  for (const node of graph.keys()) visit(node);
}
