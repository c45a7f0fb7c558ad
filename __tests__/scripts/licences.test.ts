/** The licences of every package in the lock file, those of other platforms included: no GPL or AGPL, not even in development. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** SPDX identifiers that the project takes; each lets a user ship and change the whole under Apache-2.0. */
const ALLOWED = new Set([
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'MPL-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
]);

/** Packages whose licence field does not say one of the above, each with what was found and why it may stay. */
const BY_HAND: Readonly<Record<string, { readonly licence: string; readonly reason: string }>> = {
  'node_modules/argparse': {
    licence: 'Python-2.0',
    reason: 'the licence of Python itself, permissive; development only',
  },
  'node_modules/caniuse-lite': {
    licence: 'CC-BY-4.0',
    reason: 'data about browsers that jest carries; not part of anything that is shipped',
  },
  'node_modules/cdktf/node_modules/jsonify': {
    licence: 'Public Domain',
    reason: 'public domain; development only',
  },
  'node_modules/typescript-json-schema': {
    licence: '',
    reason: 'its package.json has the older field `licenses`: BSD-3-Clause; a part of cdktf-cli',
  },
};

interface LockedPackage {
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

const packages = Object.entries(
  (
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, LockedPackage>;
    }
  ).packages,
).filter(([path]) => path !== '');

/** Of a choice (`OR`) one is enough; of a sum (`AND`) all are needed. Nothing nests deeper in the lock file. */
function isAllowed(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  if (bare.includes(' OR ')) return bare.split(' OR ').some((licence) => ALLOWED.has(licence));
  return bare.split(' AND ').every((licence) => ALLOWED.has(licence));
}

describe('licences', () => {
  it('of all packages, for production and development, are permissive or stand here by name', () => {
    const others = packages
      .filter(([, { license = '' }]) => !isAllowed(license))
      .map(([path, { license = '' }]) => [path, license]);
    const byHand = Object.entries(BY_HAND).map(([path, { licence }]) => [path, licence]);
    expect(others.sort()).toEqual(byHand.sort());
  });

  it('of what the Lambda bundles can contain need no exception', () => {
    const shipped = packages.filter(([, { dev, devOptional }]) => dev !== true && devOptional !== true);
    expect(shipped.length).toBeGreaterThan(30);
    expect(shipped.filter(([path]) => path in BY_HAND)).toEqual([]);
    expect(shipped.filter(([, { license = '' }]) => !isAllowed(license))).toEqual([]);
  });

  it('tell a choice from a sum, and refuse what is not known', () => {
    expect(isAllowed('(MIT OR GPL-3.0-or-later)')).toBe(true);
    expect(isAllowed('MIT AND GPL-3.0-only')).toBe(false);
    expect(isAllowed('AGPL-3.0-only')).toBe(false);
    expect(isAllowed('')).toBe(false);
  });

  it('of DynamoDB Local, which is not open source, are stated where a user looks', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(readme.replaceAll(/\s+/g, ' ')).toContain('Amazon DynamoDB Local License Agreement');
    expect(readme).toContain('CDC_DYNAMODB_LOCAL');
  });
});
