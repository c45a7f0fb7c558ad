/**
 * Lets node read the project's TypeScript: `node --require ./scripts/read-typescript.cjs FILE.ts`. Each file becomes CommonJS once,
 * by the transform that jest uses, and is kept under node_modules until the packages are installed again.
 */
const { createHash, randomUUID } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { toCommonJs } = require('./typescript.cjs');

const root = join(__dirname, '..');
const kept = join(root, 'node_modules', '.cache', 'typescript');
const options = {
  ...toCommonJs,
  // What import() names is a package or an .mjs file; node loads it, whatever kind of module it is.
  module: { ...toCommonJs.module, ignoreDynamic: true },
  sourceMaps: 'inline',
  swcrc: false,
};
const version = [process.version, require('@swc/core/package.json').version, JSON.stringify(options)].join();

Module._extensions['.ts'] = (module, filename) => module._compile(read(filename), filename);
process.setSourceMapsEnabled(true);

function read(filename) {
  const source = readFileSync(filename, 'utf8');
  const file = join(
    kept,
    `${createHash('sha1').update(version).update(filename).update(source).digest('hex')}.js`,
  );
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Loaded only when something has changed: it is a library of its own in C.
    const { code } = require('@swc/core').transformSync(source, { ...options, filename });
    keep(file, code);
    return code;
  }
}

/** Whole or not at all, before the next file is read: a command may end at any moment. Where nothing can be kept, nothing is. */
function keep(file, code) {
  const partial = `${file}.${randomUUID()}`;
  try {
    mkdirSync(kept, { recursive: true });
    writeFileSync(partial, code);
    renameSync(partial, file);
  } catch {}
}
