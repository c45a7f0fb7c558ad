/**
 * What a Lambda bundle is made of, as a CycloneDX 1.6 document (cyclonedx.org) beside its zip: each npm package with
 * version, licence and its bytes in the bundle. Nothing in it depends on the day or the machine.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

const OURS = 'this project';

/** `node_modules/a/node_modules/@b/c/x.js` belongs to the package at `node_modules/a/node_modules/@b/c`. */
function packagePath(input) {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  return match === null ? undefined : match[1];
}

/**
 * @param {import('esbuild').Metafile['outputs'][string]} script a bundle in esbuild's account of its build
 * @returns {{ name: string, version: string, licence: string, modules: number, bytes: number }[]} the largest first
 */
export function bundledPackages(script) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = new Map();
  for (const [input, { bytesInOutput }] of Object.entries(script.inputs)) {
    // A module that was tree-shaken entirely is not in the bundle.
    if (bytesInOutput === 0) continue;
    const path = packagePath(input);
    const entry = found.get(path) ?? { ...describe(path, lock), modules: 0, bytes: 0 };
    found.set(path, { ...entry, modules: entry.modules + 1, bytes: entry.bytes + bytesInOutput });
  }
  return [...found.values()].sort((a, b) => b.bytes - a.bytes || a.name.localeCompare(b.name));
}

function describe(path, lock) {
  if (path === undefined) return { name: OURS, version: lock[''].version, licence: lock[''].license };
  const { version, license } = lock[path] ?? {};
  if (version === undefined || license === undefined) {
    throw new Error(`${path} is in a bundle, but package-lock.json has no version or no licence of it`);
  }
  return {
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version,
    licence: license,
  };
}

/** The bundle as a CycloneDX document: text that ends in a line break. */
export function buildBillOfMaterials(handler, packages) {
  const own = packages.find(({ name }) => name === OURS);
  const components = packages
    .filter((entry) => entry !== own)
    .map((entry) => {
      const purl = `pkg:npm/${entry.name.replace('@', '%40')}@${entry.version}`;
      const { name, version, licence } = entry;
      const licenses = [{ expression: licence }];
      return { type: 'library', 'bom-ref': purl, name, version, licenses, purl, properties: shareOf(entry) };
    });
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', name: handler, version: own.version, properties: shareOf(own) },
    },
    components,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const shareOf = ({ modules, bytes }) => [
  { name: 'modulesInBundle', value: String(modules) },
  { name: 'bytesInBundle', value: String(bytes) },
];

/** The packages that a bill of materials names, as `bundledPackages` found them. */
export function readBillOfMaterials(text) {
  const { metadata, components } = JSON.parse(text);
  const ownLicence = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).license;
  const own = { ...metadata.component, name: OURS, licenses: [{ expression: ownLicence }] };
  return [own, ...components].map(({ name, version, licenses, properties }) => {
    const [modules, bytes] = properties.map(({ value }) => Number(value));
    return { name, version, licence: licenses[0].expression, modules, bytes };
  });
}

/** A line for each bundle, then one for each package: how many bundles have it, its largest share, its licence. */
export function describeBundles(bundles) {
  const lines = bundles.map(({ name, zipBytes, packages }) => {
    const modules = packages.reduce((sum, entry) => sum + entry.modules, 0);
    return `${name.padEnd(26)} ${kilobytes(zipBytes)} zipped, ${String(modules).padStart(4)} modules of ${packages.length} packages`;
  });
  const byPackage = new Map();
  for (const { packages } of bundles) {
    for (const { name, version, licence, bytes } of packages) {
      const key = `${name} ${version}`;
      const known = byPackage.get(key) ?? { licence, bundles: 0, bytes: 0 };
      byPackage.set(key, { licence, bundles: known.bundles + 1, bytes: Math.max(known.bytes, bytes) });
    }
  }
  const rows = [...byPackage].sort(([, a], [, b]) => b.bytes - a.bytes);
  return [
    ...lines,
    '',
    ...rows.map(
      ([key, { licence, bundles: count, bytes }]) =>
        `${key.padEnd(52)} ${kilobytes(bytes)} in ${count} of ${bundles.length}  ${licence}`,
    ),
  ].join('\n');
}

const kilobytes = (bytes) => `${String(Math.ceil(bytes / 1024)).padStart(5)} KB`;
