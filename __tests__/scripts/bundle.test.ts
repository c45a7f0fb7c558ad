import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HANDLER_NAMES } from '../../pipeline/handler-environment';
import { projectFolders } from '../../stacks/folders';

const root = join(__dirname, '..', '..');

interface BillOfMaterials {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly licenses: readonly { readonly expression: string }[];
    readonly properties: readonly { readonly name: string; readonly value: string }[];
  }[];
}

const billOf = (handler: string): BillOfMaterials =>
  JSON.parse(
    readFileSync(join(projectFolders(root).bundles, `${handler}.cdx.json`), 'utf8'),
  ) as BillOfMaterials;

describe('the bill of materials of a bundle', () => {
  beforeAll(() => {
    execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: root, stdio: 'ignore' });
  });

  it.each([...HANDLER_NAMES])('names only locked packages, with version and licence: %s', (handler) => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version: string; license?: string; dev?: boolean }>;
    };
    const { bomFormat, specVersion, metadata, components } = billOf(handler);
    expect([bomFormat, specVersion, metadata.component.name]).toEqual(['CycloneDX', '1.6', handler]);
    expect(components.length).toBeGreaterThan(10);
    for (const { name, version, licenses } of components) {
      const locked = Object.entries(packages).filter(
        ([path, entry]) => path.endsWith(`node_modules/${name}`) && entry.version === version,
      );
      expect({ name, version, found: locked.length > 0 }).toEqual({ name, version, found: true });
      expect(licenses[0]?.expression).toBe(locked[0]?.[1].license);
      expect(locked.some(([, { dev }]) => dev !== true)).toBe(true);
    }
  });

  it('has the MySQL client only where MySQL is reached', () => {
    const withMysql = HANDLER_NAMES.filter((handler) =>
      billOf(handler).components.some(({ name }) => name === 'mysql2'),
    );
    expect([...withMysql].sort()).toEqual(['api-txns', 'ingest-txns', 'prepare-mysql', 'reconcile-tables']);
  });

  it('takes credentials from the environment: the chain of other sources is not in a bundle', () => {
    for (const handler of HANDLER_NAMES) {
      const names = billOf(handler).components.map(({ name }) => name);
      expect(names.filter((name) => name.startsWith('@aws-sdk/credential-provider-'))).toEqual([
        '@aws-sdk/credential-provider-env',
      ]);
    }
  });

  it('is printed with modules, sizes and licences by npm run bundle', () => {
    const printed = execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: root, encoding: 'utf8' });
    expect(printed).toMatch(/^ingest-txns +\d+ KB zipped, +\d+ modules of \d+ packages$/m);
    expect(printed).toMatch(
      new RegExp(`^mysql2 \\d+\\.\\d+\\.\\d+ +\\d+ KB in 4 of ${HANDLER_NAMES.length} {2}MIT$`, 'm'),
    );
  });
});
