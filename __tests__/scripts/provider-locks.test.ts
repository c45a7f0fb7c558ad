import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../support/source-graph';

it('restoring locks that are not committed fails, and says how they come to be and what to do until then', () => {
  const output = mkdtempSync(join(tmpdir(), 'locks-'));
  try {
    mkdirSync(join(output, 'stacks', 'never-locked'), { recursive: true });
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join('scripts', 'provider-locks.mjs'), 'restore'],
      {
        cwd: repositoryRoot,
        encoding: 'utf8',
        env: { ...process.env, CDKTF_OUTDIR: output, GITHUB_ACTIONS: 'true' },
      },
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/^::error title=[^:]+::the provider locks of never-locked are not committed/);
    expect(stderr).toMatch(
      /deploy manually \(docs\/first-deploy\.md\).*npm run locks -- save.*git add locks/s,
    );
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
});
