const { writeSync } = require('node:fs');

/** Ends a test run with the one line that scripts and people look for: `N passed, N failed`. */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    // A suite that could not be loaded has no tests to count: it counts as one failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    // jest prints its own summary after all reporters.
    process.once('exit', () => writeSync(1, `\n${results.numPassedTests} passed, ${failed} failed\n`));
  }
};
