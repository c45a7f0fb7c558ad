/** The views for analysts: for each a choice of the line, its charts, and the numbers as a table. */

import { keepSize } from './charts.js';
import { buildTable, byId, clock, count, el } from './dom.js';
import { drawPlot } from './plot.js';
import { ask } from './server.js';

/** @param {(error: Error) => void} showError */
export function createAnalysts(showError) {
  /** The plots and the chosen line are by the view's name. */
  const state = { views: [], plots: new Map(), chosen: new Map(), showError };
  let reading;
  keepSize(() => [...state.plots.values()].flat());
  const read = () => {
    reading ??= readAll(state)
      .catch(showError)
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  return {
    read,
    /** While a view has no rows yet, it is looked at again with each news. */
    news() {
      if (state.views.some(({ lines }) => lines?.values.length === 0)) read();
    },
  };
}

/** Everything is there before anything of it is shown. */
async function readAll(state) {
  const views = await ask('analysts');
  const answers = await Promise.all(views.map((view) => readRows(state, view)));
  state.views = views;
  const focused = document.activeElement?.id;
  byId('analysts').hidden = views.length === 0;
  byId('analysts-views').replaceChildren(...views.map((view) => buildBlock(state, view)));
  for (const [at, view] of views.entries()) showRows(state, view, answers[at]);
  if (focused) byId(focused)?.focus();
  byId('analysts-note').textContent = `read at ${clock(Date.now())}`;
}

/** Undefined where no row has arrived yet. */
async function readRows(state, view) {
  const line = lineOf(state, view);
  if (view.charts.length > 0 && line === undefined) return undefined;
  return ask('analysts', { view: view.name, line });
}

function lineOf({ chosen }, { name, lines }) {
  const line = chosen.get(name);
  return lines?.values.includes(line) ? line : lines?.values[0];
}

const buildBlock = (state, view) =>
  el(
    'section',
    { class: 'analyst-view', 'aria-labelledby': `${view.name}-title` },
    el('h3', { id: `${view.name}-title` }, view.title),
    el('p', { class: 'muted' }, view.comment),
    view.lines === undefined || view.lines.values.length === 0 ? null : buildChoice(state, view),
    el('div', { class: 'charts' }, ...view.charts.map(buildFigure)),
    el('div', { id: `${view.name}-rows` }),
  );

function buildChoice(state, view) {
  const id = `${view.name}-line`;
  const options = view.lines.values.map((value) =>
    el('option', { value, selected: value === lineOf(state, view) }, value),
  );
  const choose = ({ currentTarget }) => {
    state.chosen.set(view.name, currentTarget.value);
    showLine(state, view, currentTarget.value).catch(state.showError);
  };
  return el(
    'div',
    { class: 'row' },
    el('label', { for: id }, view.lines.column),
    el('select', { id, on: { change: choose } }, ...options),
  );
}

async function showLine(state, view, line) {
  const answer = await readRows(state, view);
  // Another one may have been chosen meanwhile.
  if (lineOf(state, view) === line) showRows(state, view, answer);
}

function showRows(state, view, answer) {
  const { plots } = state;
  for (const plot of plots.get(view.name) ?? []) plot.destroy();
  plots.set(view.name, answer === undefined ? [] : view.charts.flatMap((chart) => draw(answer, chart) ?? []));
  byId(`${view.name}-rows`).replaceChildren(
    answer === undefined
      ? el('p', { class: 'muted' }, 'no rows yet')
      : buildNumbers(view, lineOf(state, view), answer),
  );
}

const buildFigure = ({ id, title }) =>
  el(
    'figure',
    {},
    el('figcaption', {}, title),
    el('div', { id: `${id}-chart`, class: 'chart plot', hidden: true }),
  );

/** The one number of a chart over its time. */
function draw({ columns, rows }, { id, time, value }) {
  const places = [time, value].map((name) => columns.findIndex((column) => column.name === name));
  const drawn = {
    columns: places.map((at) => columns[at]),
    rows: rows.map((row) => places.map((at) => row[at])),
  };
  return drawPlot(drawn, byId(`${id}-chart`), 'the table under "Numbers"');
}

/** A view without charts is its table. */
function buildNumbers({ name, title, charts }, line, { columns, rows }) {
  const table = buildTable({
    caption: line === undefined ? title : `${title} of ${line}, the newest first`,
    columns: columns.map(({ name: column, typeName }) => ({
      name: column,
      isNumeric: /^(int|float|numeric)/.test(typeName),
    })),
    rows: rows.map((row) => row.map((value) => (value === null ? null : String(value)))),
    empty: 'no rows',
  });
  const region = el('section', { class: 'scroll', tabindex: 0, 'aria-label': `Rows of ${name}` }, table);
  if (charts.length === 0) return region;
  return el('details', {}, el('summary', {}, `Numbers: ${count(rows.length)} rows`), region);
}
