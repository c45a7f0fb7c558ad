/** The project's documents, and what is in them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const projectFolder = join(__dirname, '..', '..');

export interface Page {
  /** From the project's folder. */
  readonly path: string;
  readonly text: string;
  /** The text without its code blocks, in which `#` and brackets mean other things. */
  readonly prose: string;
  readonly blocks: readonly CodeBlock[];
}

export interface CodeBlock {
  readonly language: string;
  readonly code: string;
}

const BLOCK = /^ *```(\w*)\n([\s\S]*?)^ *```$/gm;

export function readPage(path: string): Page {
  const text = readFileSync(join(projectFolder, path), 'utf8');
  const blocks = [...text.matchAll(BLOCK)].map(([, language = '', code = '']) => ({ language, code }));
  return { path, text, prose: text.replace(BLOCK, ''), blocks };
}

/** Documents at the top level and all of `docs/`. */
export function readPages(): Page[] {
  const top = readdirSync(projectFolder).filter((name) => name.endsWith('.md'));
  const docs = readdirSync(join(projectFolder, 'docs'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  return [...top, ...docs].sort().map(readPage);
}

/** Every name in `docs/runbooks/` that is a page of alarms. */
export function runbookNames(): string[] {
  return readdirSync(join(projectFolder, 'docs', 'runbooks'))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => name.slice(0, -3))
    .sort();
}

export const headings = ({ prose }: Page): string[] =>
  [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);

/** A heading's anchor, as GitHub makes it. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** Everything in the page that is a command: blocks of shell, and code between backticks. */
export function commands({ blocks, prose }: Page): string[] {
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...blocks.filter(({ language }) => language === 'bash').map(({ code }) => code), ...inline];
}

export function linksOf({ prose }: Page): string[] {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

export const isThere = (path: string): boolean => existsSync(join(projectFolder, path));
