/** Where the parts of the picture are and which way data goes: beside one another, or below one another on a phone. */

const WIDE = { width: 144, height: 112, gapX: 30, rowY: [4, 156] };
const wideX = (column) => 2 + column * (WIDE.width + WIDE.gapX);
const WIDE_MIDDLE = (WIDE.rowY[0] + WIDE.rowY[1]) / 2;

const wideAt = (column, y) => ({ x: wideX(column), y, width: WIDE.width, height: WIDE.height });

const NARROW = { width: 164, height: 112, gapX: 16, gapY: 26 };
const narrowAt = (column, row) => ({
  x: 2 + column * (NARROW.width + NARROW.gapX),
  y: 2 + row * (NARROW.height + NARROW.gapY),
  width: NARROW.width,
  height: NARROW.height,
});
const narrowAcross = (row) => ({ ...narrowAt(0, row), width: 2 * NARROW.width + NARROW.gapX });

export const LAYOUTS = {
  wide: {
    size: { width: wideX(6) + WIDE.width + 2, height: WIDE.rowY[1] + WIDE.height + 4 },
    places: {
      schedules: wideAt(0, WIDE_MIDDLE),
      'ingest-mysql': wideAt(1, WIDE.rowY[0]),
      mysql: wideAt(2, WIDE.rowY[0]),
      task: wideAt(4, WIDE.rowY[0]),
      'ingest-dynamodb': wideAt(1, WIDE.rowY[1]),
      dynamodb: wideAt(2, WIDE.rowY[1]),
      stage: wideAt(3, WIDE.rowY[1]),
      s3: wideAt(4, WIDE.rowY[1]),
      load: wideAt(5, WIDE.rowY[1]),
      warehouse: wideAt(6, WIDE.rowY[0]),
      reconcile: wideAt(6, WIDE.rowY[1]),
    },
  },
  narrow: {
    size: { width: 2 * NARROW.width + NARROW.gapX + 4, height: 8 * NARROW.height + 7 * NARROW.gapY + 4 },
    places: {
      schedules: narrowAcross(0),
      'ingest-mysql': narrowAt(0, 1),
      mysql: narrowAt(0, 2),
      task: narrowAt(0, 3),
      'ingest-dynamodb': narrowAt(1, 1),
      dynamodb: narrowAt(1, 2),
      stage: narrowAt(1, 3),
      s3: narrowAt(1, 4),
      load: narrowAt(1, 5),
      warehouse: narrowAcross(6),
      reconcile: narrowAcross(7),
    },
  },
};

/** In the order in which data takes them; `label` says how it travels. */
export const EDGES = [
  { from: 'schedules', to: 'ingest-mysql', path: 'mysql' },
  { from: 'schedules', to: 'ingest-dynamodb', path: 'dynamodb' },
  { from: 'ingest-mysql', to: 'mysql', path: 'mysql' },
  { from: 'mysql', to: 'task', path: 'mysql', label: 'binlog' },
  { from: 'task', to: 'warehouse', path: 'mysql', label: 'rows' },
  { from: 'ingest-dynamodb', to: 'dynamodb', path: 'dynamodb' },
  { from: 'dynamodb', to: 'stage', path: 'dynamodb' },
  { from: 'stage', to: 's3', path: 'dynamodb' },
  { from: 's3', to: 'load', path: 'dynamodb' },
  { from: 'load', to: 'warehouse', path: 'dynamodb' },
  { from: 'warehouse', to: 'reconcile', path: 'both' },
];

/** The path of a line between two places, from edge to edge. */
export function lineBetween(from, to) {
  const isBelow = to.y >= from.y + from.height;
  const overlap = Math.min(from.x + from.width, to.x + to.width) - Math.max(from.x, to.x);
  if (isBelow && overlap > 0) {
    const narrower = from.width <= to.width ? from : to;
    const x = narrower.x + narrower.width / 2;
    return {
      path: `M${x} ${from.y + from.height}V${to.y - ARROW}`,
      middle: { x, y: (from.y + from.height + to.y) / 2 },
    };
  }
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x - ARROW, y: to.y + to.height / 2 };
  if (start.y === end.y) {
    return { path: `M${start.x} ${start.y}H${end.x}`, middle: { x: (start.x + to.x) / 2, y: start.y } };
  }
  const bend = to.x - WIDE.gapX / 2;
  return {
    path: `M${start.x} ${start.y}H${bend}V${end.y}H${end.x}`,
    middle: { x: bend, y: (start.y + end.y) / 2 },
  };
}

/** The head of an arrow is drawn beyond the line. */
const ARROW = 6;
