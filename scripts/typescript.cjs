const { join } = require('node:path');

const root = join(__dirname, '..');

/** How the project's TypeScript becomes CommonJS, in tests and in commands. */
exports.toCommonJs = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
  module: { type: 'commonjs' },
};

/** Arguments of node before a file or a text that needs TypeScript. */
exports.readTypescript = ['--require', join(__dirname, 'read-typescript.cjs')];

/** A file of the project, for programs that begin as JavaScript. */
exports.requireTypescript = (file) => {
  require('./read-typescript.cjs');
  return require(join(root, file));
};
