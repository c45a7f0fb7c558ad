import fc from 'fast-check';
import type { JsonMap } from '../../deployment/json';
import { buildResourceGraph, orderGraph } from '../../deployment/resource-graph';
import { parseStack, type Stack } from '../../deployment/terraform-json';

const stack = (name: string, json: JsonMap, dependencies: string[] = []): Stack =>
  parseStack(name, json, { folder: '.', dependencies });
const order = (...stacks: Stack[]): readonly string[] => orderGraph(buildResourceGraph(stacks));
const remote = (name: string): JsonMap => ({
  terraform_remote_state: { [name]: { backend: 'local', config: { path: `../terraform.${name}.tfstate` } } },
});

describe('the resource graph', () => {
  it('puts a resource after what it references, names in depends_on, or reaches through a data source', () => {
    const ordered = order(
      stack('one', {
        resource: {
          t: {
            last: { depends_on: ['t.middle'] },
            middle: { a: '${data.d.x.id}' },
            first: {},
          },
        },
        data: { d: { x: { of: '${t.first.id}' } } },
      }),
    );
    expect(ordered).toEqual(['one/t.first', 'one/t.middle', 'one/t.last']);
  });

  it('puts a stack after the stacks whose state it reads', () => {
    const reader = stack('b', {
      resource: { t: { x: { in: '${data.terraform_remote_state.a.outputs.id}' } } },
      data: remote('a'),
    });
    const read = stack('a', { resource: { t: { y: {} } }, output: { id: { value: '${t.y.id}' } } });
    expect(order(reader, read)).toEqual(['a/t.y', 'b/t.x']);
  });

  it('prints the whole path of a cycle between resources', () => {
    const cyclic = stack('one', {
      resource: { t: { a: { v: '${t.b.id}' }, b: { v: '${t.c.id}' }, c: { depends_on: ['t.a'] } } },
    });
    expect(() => order(cyclic)).toThrow('in a circle: one/t.a → one/t.b → one/t.c → one/t.a');
  });

  it('prints the whole path of a cycle between stacks', () => {
    const [a, b] = [stack('a', {}, ['b']), stack('b', {}, ['a'])];
    expect(() => order(a, b)).toThrow('stacks depend on each other in a circle: a → b → a');
  });

  it.each<[string, JsonMap, string]>([
    ['a resource', { resource: { t: { a: { v: '${t.gone.id}' } } } }, 't.a refers to t.gone'],
    ['depends_on', { resource: { t: { a: { depends_on: ['t.gone'] } } } }, 't.a refers to t.gone'],
    ['an output', { output: { o: { value: '${t.gone.id}' } } }, 'output o refers to t.gone'],
  ])('refuses a reference from %s to nothing', (_from, json, message) => {
    expect(() => order(stack('one', json))).toThrow(message);
  });

  it('refuses a stack that depends on one that was not synthesized', () => {
    expect(() => order(stack('b', { data: remote('a') }))).toThrow(
      'depends on the stack a, which was not synthesized',
    );
  });

  it('orders any graph without cycles so that nothing comes before what it needs', () => {
    const graphs = fc
      .integer({ min: 1, max: 12 })
      .chain((size) =>
        fc.tuple(
          fc.array(fc.array(fc.nat(size), { maxLength: 4 }), { minLength: size, maxLength: size }),
          fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
        ),
      );
    fc.assert(
      fc.property(graphs, ([needs, shuffled]) => {
        const resources = Object.fromEntries(
          shuffled.map((index) => [
            `r${index}`,
            { v: (needs[index] ?? []).filter((other) => other < index).map((other) => `\${t.r${other}.id}`) },
          ]),
        );
        const ordered = order(stack('one', { resource: { t: resources } }));
        expect(ordered).toHaveLength(shuffled.length);
        for (const index of shuffled) {
          for (const other of (needs[index] ?? []).filter((candidate) => candidate < index)) {
            expect(ordered.indexOf(`one/t.r${other}`)).toBeLessThan(ordered.indexOf(`one/t.r${index}`));
          }
        }
      }),
    );
  });
});
