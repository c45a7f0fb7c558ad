/** What somebody who mistyped a name may have meant. */

/**
 * @param {string} typed
 * @param {readonly string[]} known
 * @returns {string | undefined} the known name that differs in the fewest letters, when those are few for its length
 */
function nearest(typed, known) {
  const [best] = known
    .map((name) => ({ name, distance: distanceOf(typed.toLowerCase(), name.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  if (best === undefined) return undefined;
  const few = Math.max(1, Math.floor(Math.max(typed.length, best.name.length) * 0.4));
  return best.distance <= few ? best.name : undefined;
}

/** Letters to insert, delete or replace, and neighbours to swap (the optimal string alignment distance). */
function distanceOf(one, other) {
  const rows = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = rows[i - 1][j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row.push(
        Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, replaced, isSwap ? rows[i - 2][j - 2] + 1 : Infinity),
      );
    }
    rows.push(row);
  }
  return rows[one.length][other.length];
}

module.exports = { nearest };
