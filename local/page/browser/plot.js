/** An answer of the warehouse as a plot, where there are numbers. A canvas says nothing: the place has a name, and a table beside it. */

import { colour } from './charts.js';
import { choosePlot } from './plot-choice.js';
import uPlot from './uplot.js';

const SERIES_COLOURS = ['mysql', 'dynamodb', 'third'];

/**
 * @param {{ columns: { name: string, typeName: string }[], rows: (null | boolean | string)[][] }} answer
 * @param {HTMLElement} holder emptied, and hidden where there is nothing to draw
 * @param {string} table which one has the numbers
 * @returns undefined when there is nothing to draw
 */
export function drawPlot(answer, holder, table) {
  const chosen = choosePlot(answer);
  holder.replaceChildren();
  holder.hidden = chosen === undefined || chosen.points.length < 2;
  if (holder.hidden) return undefined;
  holder.setAttribute('role', 'img');
  holder.setAttribute(
    'aria-label',
    `Plot of ${chosen.names.join(', ')} over ${chosen.over}; ${table} has the numbers`,
  );
  const plot = new uPlot(
    plotOptions(chosen, holder.clientWidth),
    [
      chosen.points.map(({ x }) => x),
      ...chosen.names.map((_, at) => chosen.points.map(({ values }) => values[at])),
    ],
    holder,
  );
  // Its legend follows the pointer; the table has the same for who has none.
  plot.root.setAttribute('aria-hidden', 'true');
  return plot;
}

function plotOptions({ kind, isBars, names, points, over }, width) {
  const axis = {
    stroke: colour('muted'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { show: false },
  };
  const labelled = {
    splits: () => points.map(({ x }) => x),
    values: (_, splits) => splits.map((at) => shorten(points[at]?.label ?? '', width / points.length)),
  };
  const last = points.length - 0.5;
  return {
    width,
    height: 200,
    cursor: { y: false },
    scales: {
      x: { time: kind === 'time', ...(kind === 'label' ? { range: () => [-0.5, last] } : {}) },
      y: { range: (_, low, top) => [Math.min(0, low ?? 0), Math.max(0, top ?? 1) * 1.1 || 1] },
    },
    axes: [
      {
        ...axis,
        size: 30,
        grid: { show: false },
        ...(kind === 'label' && points.length <= 40 ? labelled : {}),
      },
      { ...axis, size: 52, values: (_, splits) => splits.map((value) => COMPACT.format(value)) },
    ],
    series: [
      { label: over, value: (_, x) => (kind === 'label' ? (points[x]?.label ?? '') : x) },
      ...names.map((label, at) => ({
        label,
        stroke: colour(SERIES_COLOURS[at]),
        width: 2,
        spanGaps: true,
        points: { show: !isBars && points.length < 60 },
        ...(isBars
          ? {
              fill: colour(`${SERIES_COLOURS[at]}-fill`),
              paths: uPlot.paths.bars({
                size: [0.6 / names.length, 60],
                align: at === 0 && names.length > 1 ? -1 : at === 1 ? 1 : 0,
              }),
            }
          : {}),
      })),
    ],
  };
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 });

/** About seven pixels a character. */
function shorten(label, width) {
  const most = Math.max(1, Math.floor(width / 7) - 1);
  return label.length > most ? `${label.slice(0, Math.max(1, most - 1))}…` : label;
}
