import { POLICY_RULES } from './policy-rules';
import { type Deployment, type Resource, synthesize } from './synthesized';

const sets: [string, Deployment][] = [
  ['dev', synthesize()],
  ['prod', synthesize({ environment: 'prod' })],
  [
    'dev in an account without room, with a state bucket',
    synthesize({
      change: (context) => {
        context.reserveConcurrency = false;
        context.createDmsServiceRoles = false;
        context.stateBucket = 'acme-terraform-state';
      },
    }),
  ],
];

const skipsOf = ({ config }: Resource): { id: string; comment: string }[] =>
  config['//']?.checkov?.skip ?? [];

describe.each(sets)('the stacks of %s', (_, deployment) => {
  const failed = deployment.resources.flatMap((resource) =>
    POLICY_RULES.filter(
      ({ types, wants }) =>
        types.split(' ').includes(resource.type) && !wants(resource.config, resource, deployment),
    ).map(({ id }) => ({ resource, id })),
  );
  const skipped = deployment.resources.flatMap((resource) =>
    skipsOf(resource).map(({ id, comment }) => ({ resource, id, comment })),
  );
  const name = ({ resource, id }: { resource: Resource; id: string }): string => `${resource.address} ${id}`;

  it('keep every rule, or say why not', () => {
    const excused = new Set(skipped.map(name));
    expect(failed.map(name).filter((failure) => !excused.has(failure))).toEqual([]);
  });

  it('excuse nothing that they keep', () => {
    const broken = new Set(failed.map(name));
    expect(skipped.map(name).filter((excuse) => !broken.has(excuse))).toEqual([]);
  });

  it('give a reason with each excuse', () => {
    expect(skipped.length).toBeGreaterThan(10);
    for (const { comment } of skipped) expect(comment).toMatch(/^\w.{20,}/);
  });
});

describe('the rules', () => {
  it('are each listed once and each look at something', () => {
    const ids = POLICY_RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const present = new Set(sets.flatMap(([, { resources }]) => resources.map(({ type }) => type)));
    for (const { id, types } of POLICY_RULES) {
      expect([id, types.split(' ').filter((type) => !present.has(type))]).toEqual([id, []]);
    }
  });

  it('find what is broken', () => {
    const [, dev] = sets[0]!;
    const rule = POLICY_RULES.find(({ id }) => id === 'CKV_AWS_16')!;
    const [database] = dev.of('aws_db_instance') as [Resource];
    expect(rule.wants({ ...database.config, storage_encrypted: false }, database, dev)).toBe(false);
  });
});
