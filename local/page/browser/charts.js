/** Charts of what flows, with the colours of the page's own style. */

import { byId, clock, el } from './dom.js';
import uPlot from './uplot.js';

const PATHS = [
  { id: 'mysql', label: 'MySQL path' },
  { id: 'dynamodb', label: 'DynamoDB path' },
];

const rate = (value) => (value === null ? '–' : `${value} rows/s`);
const seconds = (value) => (value === null ? '–' : `${value.toFixed(1)} s`);

const CHARTS = [
  { id: 'throughput', of: (sample) => sample.rowsPerSecond, show: rate, isFilled: true },
  {
    id: 'lag',
    of: (sample) => (sample.lagMs === null ? null : sample.lagMs / 1000),
    show: seconds,
    hasPoints: true,
  },
  {
    id: 'freshness',
    of: (sample) => (sample.freshMs === null ? null : sample.freshMs / 1000),
    show: seconds,
  },
];

const SHOWN_SECONDS = 15 * 60;
const SHORTEST_SECONDS = 2 * 60;
const HEIGHT = 150;

export const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export function createCharts() {
  let samples = [];
  let charts = [];
  const draw = () => {
    for (const { chart } of charts) chart.destroy();
    charts = CHARTS.map((kind) => ({ kind, chart: build(kind, (at) => describe(kind, samples, at)) }));
    show();
  };
  const show = () => {
    for (const { kind, chart } of charts) {
      chart.setData(dataOf(kind, samples));
      describe(kind, samples, chart.cursor.idx);
    }
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  keepSize(() => charts.map(({ chart }) => chart));
  return {
    begin(all) {
      samples = all;
      draw();
    },
    add(sample) {
      samples = [...samples.slice(-449), sample];
      show();
    },
  };
}

const dataOf = ({ of }, samples) => [
  samples.map(({ atMs }) => atMs / 1000),
  ...PATHS.map(({ id }) => samples.map((sample) => of(sample[id]))),
];

function build({ id, isFilled, hasPoints }, onHover) {
  const holder = byId(id);
  holder.replaceChildren();
  const axis = {
    stroke: colour('muted'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { show: false },
  };
  return new uPlot(
    {
      width: Math.max(200, holder.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { size: 6 } },
      hooks: { setCursor: [(chart) => onHover(chart.cursor.idx)] },
      scales: {
        x: { time: true, range: shownRange },
        y: { range: (_, __, top) => [0, Math.max(1, (top ?? 0) * 1.15)] },
      },
      axes: [
        {
          ...axis,
          size: 28,
          space: 70,
          values: (_, splits) => splits.map((at) => clock(at * 1000)),
          grid: { show: false },
        },
        { ...axis, size: 40, space: 36 },
      ],
      series: [
        {},
        ...PATHS.map((path) => ({
          label: path.label,
          stroke: colour(path.id),
          width: 2,
          spanGaps: hasPoints === true,
          ...(isFilled ? { fill: colour(`${path.id}-fill`) } : {}),
          points: { show: hasPoints === true, size: 5, fill: colour(path.id) },
        })),
      ],
    },
    [[], [], []],
    holder,
  );
}

/** From the first sample on, so that the first minutes are not a line at the edge. */
function shownRange(_chart, first, last) {
  const end = last ?? Date.now() / 1000;
  const start = Math.max(first ?? end, end - SHOWN_SECONDS);
  return [start, Math.max(end, start + SHORTEST_SECONDS)];
}

/** In words as well: a canvas says nothing to who cannot see it. Under the pointer, the values there; else the latest. */
function describe({ id, of, show }, samples, at) {
  const pointed = at === undefined || at === null ? undefined : samples[at];
  const shownOf = (path) => {
    if (pointed !== undefined) return of(pointed[path]);
    const values = samples.map((sample) => of(sample[path])).filter((value) => value !== null);
    return values.at(-1) ?? null;
  };
  byId(`${id}-now`).replaceChildren(
    ...PATHS.map((path) =>
      el('span', { class: `key ${path.id}` }, `${path.label} ${show(shownOf(path.id))}`),
    ),
    el('span', { class: 'at' }, pointed === undefined ? '' : clock(pointed.atMs)),
  );
}

/** @param {() => any[]} charts */
export function keepSize(charts) {
  new ResizeObserver(() => {
    for (const chart of charts()) {
      const width = chart.root.parentElement?.clientWidth ?? 0;
      if (width > 0 && Math.abs(width - chart.width) > 1) chart.setSize({ width, height: chart.height });
    }
  }).observe(document.body);
}
