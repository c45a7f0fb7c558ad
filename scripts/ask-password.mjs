/** A password from the terminal, which does not show it. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Empty without a terminal: nobody can be asked. */
export function askPassword(question) {
  if (process.stdin.isTTY !== true) return Promise.resolve('');
  process.stderr.write(question);
  const nothing = new Writable({ write: (_bytes, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nothing, terminal: true });
  return new Promise((resolve) => {
    lines.question('', (password) => {
      lines.close();
      process.stderr.write('\n');
      resolve(password);
    });
  });
}
