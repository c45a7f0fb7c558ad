import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitOf, withFilesOf } from '../../scripts/commit-files';

const root = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'cdc-commits-'));

const git = (...args: string[]): void => {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd: folder,
    stdio: 'ignore',
  });
};

function commit(lock: Buffer | string): void {
  writeFileSync(join(folder, 'package-lock.json'), lock);
  git('add', 'package-lock.json');
  git('commit', '--quiet', '-m', 'a lock');
}

beforeAll(() => {
  git('init', '--quiet');
  commit('{"lockfileVersion":3}');
  commit(readFileSync(join(root, 'package-lock.json')));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('gives the files of a commit with the packages of now, for as long as the work takes', () => {
  const seen = withFilesOf(
    commitOf('HEAD', folder),
    (files) => {
      expect(existsSync(join(files, 'node_modules', 'cdktf'))).toBe(true);
      return [files, readFileSync(join(files, 'package-lock.json'), 'utf8')];
    },
    folder,
  );
  expect(seen[1]).toBe(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  expect(existsSync(seen[0]!)).toBe(false);
});

it('refuses a commit that was made with other packages: they would not synthesize what it did', () => {
  const work = jest.fn();
  const older = commitOf('HEAD~1', folder);
  expect(() => withFilesOf(older, work, folder)).toThrow(`package-lock.json differs from that of ${older}`);
  expect(() => withFilesOf(older, work, folder)).toThrow('npm run plan -- --from FOLDER');
  expect(work).not.toHaveBeenCalled();
});

it('says how a commit is fetched that is not there', () => {
  expect(() => commitOf('origin/release', folder)).toThrow(
    'there is no commit origin/release in this repository. A shallow clone has only the last ones: git fetch origin release',
  );
});
