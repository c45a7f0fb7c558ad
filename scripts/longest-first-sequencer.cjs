/**
 * The order of the test files: those that start the laptop, with some that start an engine after each, then the rest; of
 * each kind the larger file first. Without timings of an earlier run, which a clean checkout has not, jest goes by size
 * alone, and a short file that runs for two minutes would be left to the end, beside an idle worker. Two that start the
 * laptop seldom run at once: they last about as long as four of the others.
 */
const { statSync } = require('node:fs');

const ENGINE_FILES_BETWEEN = 4;

module.exports = class LongestFirstSequencer {
  sort(tests) {
    const larger = (one, other) => statSync(other.path).size - statSync(one.path).size;
    const sorted = [...tests].sort(larger);
    const startsLaptop = ({ path }) => /[\\/]end-to-end[\\/]/.test(path);
    const startsEngine = ({ path }) => path.endsWith('.engine.test.ts');
    const engines = sorted.filter((test) => startsEngine(test) && !startsLaptop(test));
    const laptops = sorted.filter(startsLaptop);
    return [
      ...laptops.flatMap((test) => [test, ...engines.splice(0, ENGINE_FILES_BETWEEN)]),
      ...engines,
      ...sorted.filter((test) => !startsLaptop(test) && !startsEngine(test)),
    ];
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
};
