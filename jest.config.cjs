const { toCommonJs } = require('./scripts/typescript.cjs');

// The SDK's notice about old versions of Node is for those who install it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// Tests have a catalogue of their own: which tables are replicated changes no test.
process.env.CDC_TABLES ??= '__tests__/support/tables';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/__tests__/support/temporary-files.ts',
  setupFiles: ['<rootDir>/__tests__/support/property-seed.ts'],
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.(t|j|mj)s$': ['@swc/jest', toCommonJs],
  },
  // zongji is published as ES modules only; jest runs CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!@vlasky/zongji)'],
  // Engines (a JVM, a MySQL server) start inside hooks; two cores serve them all.
  testTimeout: 60_000,
  maxWorkers: 2,
  testSequencer: '<rootDir>/scripts/longest-first-sequencer.cjs',
  reporters: ['default', '<rootDir>/scripts/closing-line-reporter.cjs'],
};
