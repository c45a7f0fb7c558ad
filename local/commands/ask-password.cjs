/** A password from the terminal, which does not show it. */
const { createInterface } = require('node:readline');
const { Writable } = require('node:stream');

/**
 * Empty without a terminal: nobody can be asked.
 * @param {string} question
 * @returns {Promise<string>}
 */
function askPassword(question) {
  if (process.stdin.isTTY !== true) return Promise.resolve('');
  const nothing = new Writable({ write: (_bytes, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nothing, terminal: true });
  // Only now does the terminal no longer show what is typed.
  process.stderr.write(question);
  return new Promise((resolve) => {
    // Here Ctrl-C is a key; the process hears of it as of any other.
    lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    lines.once('close', () => resolve(''));
    lines.question('', (password) => {
      resolve(password);
      lines.close();
      process.stderr.write('\n');
    });
  });
}

module.exports = { askPassword };
