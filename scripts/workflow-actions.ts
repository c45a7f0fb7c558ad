/**
 * Actions of the workflows are named by a full commit hash with the version beside it: a tag can be moved to other code
 * by whoever gets hold of the action's repository (GitHub documentation, "Security hardening for GitHub Actions").
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface WorkflowFile {
  readonly path: string;
  readonly text: string;
}

export function readWorkflowFiles(root: string): WorkflowFile[] {
  return readdirSync(join(root, '.github'), { recursive: true })
    .map((path) => join('.github', String(path)))
    .filter((path) => /\.ya?ml$/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

const USES = /^\s*(?:- )?['"]?uses['"]?\s*:\s*(.*?)\s*$/;
const PINNED = /^([\w.-]+\/[\w./-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$/;
/** An action or workflow of this repository goes with its own commit. */
const OWN = /^\.\/\.github\/[\w./-]+$/;

/** @returns each use that is not pinned, and each action that is pinned to two commits, with file and line. */
export function checkWorkflowActions(files: readonly WorkflowFile[]): string[] {
  const problems: string[] = [];
  const commits = new Map<string, { readonly commit: string; readonly where: string }>();
  for (const { path, text } of files) {
    for (const [index, line] of text.split('\n').entries()) {
      const used = USES.exec(line)?.[1];
      if (used === undefined || OWN.test(used)) continue;
      const where = `${path}:${index + 1}`;
      const [, action = '', commit = ''] = PINNED.exec(used) ?? [];
      if (commit === '') {
        problems.push(
          `${where}: ${used}: allowed is owner/action@<40 hexadecimal digits of a commit> # vX.Y.Z`,
        );
        continue;
      }
      const other = commits.get(action);
      if (other !== undefined && other.commit !== commit) {
        problems.push(`${where}: ${action} is another commit than in ${other.where}`);
      }
      commits.set(action, other ?? { commit, where });
    }
  }
  return problems;
}
