/** What runs on this machine that has a folder in its command line. */
import { execFileSync } from 'node:child_process';
import { waitUntil } from '../../local/runtime/wait-until';

/** Command lines with the folder in them, without `ps` itself. */
export function processesOf(folder: string): string[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return table.split('\n').filter((line) => line.includes(folder));
}

/** @throws Error with the command lines that are still there */
export async function waitUntilGone(folder: string, timeoutMs: number): Promise<void> {
  await waitUntil(() => processesOf(folder).length === 0, {
    what: `all processes of ${folder} to end`,
    timeoutMs,
    lastState: () => processesOf(folder).join('\n'),
  });
}
