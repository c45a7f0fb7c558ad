/** The files of another commit in a temporary folder, ready to be run with the packages that are installed here. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkPackages } from './linked-packages';

const root = join(__dirname, '..');
/** Of `git archive`: several times what the repository holds. */
const MOST_BYTES = 1_073_741_824;

/** @returns what the work returns; the folder is removed afterwards. @throws Error that says what to do about it */
export function withFilesOf<T>(commit: string, work: (folder: string) => T, repository: string = root): T {
  demandSameLock(commit, repository);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'plan-')));
  try {
    const archive = git(['archive', '--format=tar', commit], repository);
    const { status, error, stderr } = spawnSync('tar', ['-x', '-C', folder], { input: archive });
    if (status !== 0)
      throw new Error(`tar could not unpack ${commit}: ${error?.message ?? stderr.toString().trim()}`);
    linkPackages(root, folder);
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns its full name. @throws Error when the repository has no such commit */
export function commitOf(name: string, repository: string = root): string {
  try {
    return git(['rev-parse', '--verify', '--quiet', `${name}^{commit}`], repository)
      .toString()
      .trim();
  } catch {
    throw new Error(
      `there is no commit ${name} in this repository. A shallow clone has only the last ones: git fetch origin ${name.replace(/^origin\//, '')}, or name another with --against`,
    );
  }
}

function demandSameLock(commit: string, repository: string): void {
  const there = git(['show', `${commit}:package-lock.json`], repository);
  if (there.equals(readFileSync(join(root, 'package-lock.json')))) return;
  throw new Error(
    `package-lock.json differs from that of ${commit}, so that the packages installed here would not synthesize what it did. Check it out elsewhere, run npm ci and npm run synth there, and compare with npm run plan -- --from FOLDER, its cdktf.out`,
  );
}

function git(args: readonly string[], repository: string): Buffer {
  const { status, stdout, stderr, error } = spawnSync('git', args, {
    cwd: repository,
    maxBuffer: MOST_BYTES,
  });
  if (status === 0) return stdout;
  throw new Error(`git ${args.join(' ')} failed: ${error?.message ?? stderr.toString().trim()}`);
}
