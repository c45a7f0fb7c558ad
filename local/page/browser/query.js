/** The query box: a statement, its answer as a table, and a plot where there are numbers. */

import { colour, keepSize } from './charts.js';
import { buildTable, byId, count } from './dom.js';
import { choosePlot } from './plot-choice.js';
import { ask } from './server.js';
import uPlot from './uplot.js';

/** One that can be drawn where there is a date; else the beginning of a table. */
function exampleFor(forms) {
  const dated = forms
    .map(({ target, fields }) => ({
      target,
      date: fields.find(({ kind }) => kind === 'date'),
      amounts: fields.filter(({ kind, type }) => kind === 'number' && type.startsWith('decimal')),
    }))
    .find(({ date, amounts }) => date !== undefined && amounts.length > 0);
  if (dated === undefined) return `select *\nfrom ${forms[0]?.target ?? 'svv_tables'}\nlimit 20`;
  const sums = dated.amounts.slice(0, 2).map(({ name }) => `sum(${name}) as ${name}`);
  const { name } = dated.date;
  return `select ${name},\n  ${sums.join(',\n  ')}\nfrom ${dated.target}\ngroup by ${name}\norder by ${name}`;
}

const SERIES_COLOURS = ['mysql', 'dynamodb', 'third'];

export function createQuery() {
  const form = byId('query');
  const box = byId('sql');
  let plot;
  keepSize(() => (plot === undefined ? [] : [plot]));
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    say('asking …');
    plot?.destroy();
    plot = undefined;
    byId('plot').hidden = true;
    byId('answer').hidden = true;
    try {
      const answer = await ask('sql', { sql: box.value.replace(/;\s*$/, '') });
      showAnswer(answer);
      plot = drawPlot(answer);
    } catch (error) {
      say(error.message, true);
    }
  });
  return {
    /** What a person typed stays. */
    begin(forms) {
      if (box.value === '') box.value = exampleFor(forms);
    },
  };
}

function say(text, isError = false) {
  const note = byId('answer-note');
  note.textContent = text;
  note.classList.toggle('bad', isError);
}

function showAnswer({ columns, rows, rowCount, elapsedMs }) {
  const cut = rows.length < rowCount ? `, the first ${count(rows.length)} shown` : '';
  say(`${count(rowCount)} ${rowCount === 1 ? 'row' : 'rows'} in ${elapsedMs} ms${cut}`);
  const isNumeric = (type) => /^(int|float|numeric)/.test(type);
  const holder = byId('answer');
  holder.hidden = false;
  holder.replaceChildren(
    buildTable({
      caption: 'Answer of the warehouse',
      columns: columns.map(({ name, typeName }) => ({ name, isNumeric: isNumeric(typeName) })),
      rows: rows.map((row) => row.map((value) => (value === null ? null : String(value)))),
      empty: 'no rows',
    }),
  );
}

function drawPlot(answer) {
  const chosen = choosePlot(answer);
  const holder = byId('plot');
  holder.replaceChildren();
  if (chosen === undefined || chosen.points.length < 2) return undefined;
  holder.hidden = false;
  holder.setAttribute('role', 'img');
  holder.setAttribute(
    'aria-label',
    `Plot of ${chosen.names.join(', ')} over ${chosen.over}; the table below has the numbers`,
  );
  return new uPlot(
    plotOptions(chosen, holder.clientWidth),
    [
      chosen.points.map(({ x }) => x),
      ...chosen.names.map((_, at) => chosen.points.map(({ values }) => values[at])),
    ],
    holder,
  );
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
