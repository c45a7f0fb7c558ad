import type { JsonMap } from '../../deployment/json';
import { createLookup } from '../../deployment/lookup';
import { type ArgumentRules, checkArguments, ResourceArguments } from '../../deployment/resource-arguments';
import { parseStack } from '../../deployment/terraform-json';

const rules: ArgumentRules = {
  honoured: ['name', 'block.kept', 'map'],
  ignored: { 'block.left': 'no reason' },
};

function argumentsOf(config: JsonMap, attributes: Record<string, JsonMap> = {}): ResourceArguments {
  const stack = parseStack('s', { resource: { t: { r: config } } }, { folder: '.' });
  const upstream = parseStack(
    'u',
    { resource: { t: { q: {} } }, output: { port: { value: '${t.q.port}' } } },
    { folder: '.' },
  );
  const reading = parseStack(
    's',
    { data: { terraform_remote_state: { u: { backend: 's3', config: { key: 'u.tfstate' } } } } },
    { folder: '.' },
  );
  const merged = { ...stack, remoteStates: reading.remoteStates };
  const lookup = createLookup([merged, upstream], (name, address) => attributes[`${name}/${address}`], {
    accountId: '123456789012',
    region: 'eu-west-1',
  });
  return new ResourceArguments(stack.resources[0]!, lookup);
}

describe('the arguments of a resource', () => {
  it('that no rule names are listed as type.name.property', () => {
    const { block } = argumentsOf({
      name: 'n',
      map: { any: 1 },
      tags: { a: 'b' },
      block: [{ kept: 1, left: 2, other: { deep: true } }],
      surprise: false,
      absent: null,
    });
    expect(checkArguments(block, rules)).toEqual(['t.r.block.other.deep', 't.r.surprise']);
  });

  it('are read through single blocks, as objects or as lists', () => {
    expect(argumentsOf({ block: [{ kept: 'x' }] }).text('block.kept')).toBe('x');
    expect(argumentsOf({ block: { kept: 'x' } }).text('block.kept')).toBe('x');
  });

  it('resolve references to attributes, outputs of other stacks and the account', () => {
    const attributes = { 's/t.r2': { id: 7 }, 'u/t.q': { port: 3306 } };
    expect(argumentsOf({ n: '${t.r2.id}' }, attributes).number('n')).toBe(7);
    expect(argumentsOf({ n: '${data.terraform_remote_state.u.outputs.port}' }, attributes).number('n')).toBe(
      3306,
    );
    expect(argumentsOf({ n: 'a-${data.aws_caller_identity.current.account_id}' }).text('n')).toBe(
      'a-123456789012',
    );
  });

  it.each<[JsonMap, string]>([
    [{ n: '${t.r2.gone}' }, 't.r2 has only these attributes: id'],
    [{ n: '${t.none.id}' }, 't.none has nothing on the laptop'],
    [{ n: '${data.terraform_remote_state.u.outputs.gone}' }, 'the stack u has no output gone'],
  ])('that refer to something missing say where and what: %j', (config, message) => {
    expect(() => argumentsOf(config, { 's/t.r2': { id: 7 } }).text('n')).toThrow(message);
    expect(() => argumentsOf(config, { 's/t.r2': { id: 7 } }).text('n')).toThrow('stack s: t.r.n');
  });

  it.each<[JsonMap, (resource: ResourceArguments) => unknown]>([
    [{}, (resource) => resource.text('n')],
    [{ n: 1 }, (resource) => resource.text('n')],
    [{ n: 'many' }, (resource) => resource.number('n')],
    [{ n: 'maybe' }, (resource) => resource.flag('n', true)],
    [{ n: [{ a: 1 }, { a: 2 }] }, (resource) => resource.number('n.a')],
  ])('of the wrong kind are refused by name: %j', (config, read) => {
    expect(() => read(argumentsOf(config))).toThrow(/stack s: t\.r\.n/);
  });
});
