/** A short slice of `npm run soak`; the long runs are for people. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

describe('a soak of a quarter of a minute', () => {
  it('ends with nothing lost, nothing doubled, and a report', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cdc-soak-'));
    const places = ['--data-dir', join(folder, 'state'), '--report', join(folder, 'report')];
    const args = ['scripts/cdc.mjs', 'soak', '--minutes', '0.25', '--rate', '50', '--every', '5'];
    const child = spawn(process.execPath, [...args, ...places], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => (output += piece));
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`soak ended with ${code}; ${folder} is kept:\n${output}`);
    const report = readFileSync(join(folder, 'report', 'report.txt'), 'utf8');
    expect(report).toMatch(/^MySQL: \d{3,} changes acknowledged, 0 unanswered; \d{2,} rows at the end$/m);
    expect(report).toMatch(/^DynamoDB: \d{3,} changes acknowledged, 0 unanswered; \d{2,} rows at the end$/m);
    expect(report).toMatch(/^0 lost, 0 doubled$/m);
    expect(readFileSync(join(folder, 'report', 'chart.svg'), 'utf8')).toContain('<polyline');
    rmSync(folder, { recursive: true, force: true });
  }, 300_000);
});
