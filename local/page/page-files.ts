/** The files of the page, read once: its own, and the chart library's from node_modules. Nothing else can be asked for. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const BROWSER_FOLDER = join(__dirname, 'browser');

/** By path. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  const library = dirname(require.resolve('uplot/package.json'));
  const files = new Map<string, PageFile>();
  const add = (path: string, file: string): void => {
    files.set(path, {
      type: TYPES[extname(file)] ?? 'application/octet-stream',
      content: readFileSync(file),
    });
  };
  for (const name of readdirSync(BROWSER_FOLDER)) add(`/${name}`, join(BROWSER_FOLDER, name));
  add('/', join(BROWSER_FOLDER, 'page.html'));
  add('/uplot.js', join(library, 'dist', 'uPlot.esm.js'));
  add('/uplot.css', join(library, 'dist', 'uPlot.min.css'));
  return files;
}

/** No script, style, picture or frame of any other place; no text that becomes markup. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cache-control': 'no-store',
};
