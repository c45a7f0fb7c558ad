/** Which catalogue a command works with: `tables/`, or the folder that `CDC_TABLES` names; and where its bundles are. */
import { join, relative, resolve } from 'node:path';
import { root } from './run.mjs';

export const tablesFolder = resolve(root, process.env.CDC_TABLES || 'tables');

const tables = relative(root, tablesFolder);

/** A bundle contains the catalogue, so that each has its own. stacks/folders.ts says the same. */
export const bundleFolder = join(
  root,
  'dist',
  ...(tables === 'tables' ? [] : [tables.replaceAll(/[^A-Za-z0-9]+/g, '-')]),
  'handlers',
);
