/** The views for analysts: for each a choice of the line, its charts, and the numbers as a table. */

import { keepSize } from './charts.js';
import { buildTable, byId, clock, count, el } from './dom.js';
import { drawPlot } from './plot.js';
import { ask } from './server.js';

/** @param {(error: Error) => void} showError */
export function createAnalysts(showError) {
  let views = [];
  let reading;
  const plots = new Map();
  const chosen = new Map();
  keepSize(() => [...plots.values()].flat());
  const read = () => {
    reading ??= readAll()
      .catch(showError)
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  /** Everything is there before anything of it is shown. */
  const readAll = async () => {
    const found = await ask('analysts');
    const answers = await Promise.all(found.map(readRows));
    views = found;
    const focused = document.activeElement?.id;
    byId('analysts').hidden = views.length === 0;
    byId('analysts-views').replaceChildren(...views.map(buildBlock));
    for (const [at, view] of views.entries()) showRows(view, answers[at]);
    if (focused) byId(focused)?.focus();
    byId('analysts-note').textContent = `read at ${clock(Date.now())}`;
  };
  const lineOf = ({ name, lines }) => {
    const line = chosen.get(name);
    return lines?.values.includes(line) ? line : lines?.values[0];
  };
  const buildBlock = (view) =>
    el(
      'section',
      { class: 'analyst-view', 'aria-labelledby': `${view.name}-title` },
      el('h3', { id: `${view.name}-title` }, view.title),
      el('p', { class: 'muted' }, view.comment),
      view.lines === undefined || view.lines.values.length === 0 ? null : buildChoice(view),
      el('div', { class: 'charts' }, ...view.charts.map(buildFigure)),
      el('div', { id: `${view.name}-rows` }),
    );
  const buildChoice = (view) => {
    const id = `${view.name}-line`;
    const options = view.lines.values.map((value) =>
      el('option', { value, selected: value === lineOf(view) }, value),
    );
    const choose = ({ currentTarget }) => {
      chosen.set(view.name, currentTarget.value);
      chooseLine(view, currentTarget.value).catch(showError);
    };
    return el(
      'div',
      { class: 'row' },
      el('label', { for: id }, view.lines.column),
      el('select', { id, on: { change: choose } }, ...options),
    );
  };
  const chooseLine = async (view, line) => {
    const answer = await readRows(view);
    // Another one may have been chosen meanwhile.
    if (lineOf(view) === line) showRows(view, answer);
  };
  /** Undefined where no row has arrived yet. */
  const readRows = async (view) => {
    const line = lineOf(view);
    if (view.charts.length > 0 && line === undefined) return undefined;
    return ask('analysts', { view: view.name, line });
  };
  const showRows = (view, answer) => {
    for (const plot of plots.get(view.name) ?? []) plot.destroy();
    plots.set(
      view.name,
      answer === undefined ? [] : view.charts.flatMap((chart) => draw(answer, chart) ?? []),
    );
    byId(`${view.name}-rows`).replaceChildren(
      answer === undefined
        ? el('p', { class: 'muted' }, 'no rows yet')
        : buildNumbers(view, lineOf(view), answer),
    );
  };
  return {
    read,
    /** While a view has no rows yet, it is looked at again with each news. */
    news() {
      if (views.some(({ lines }) => lines?.values.length === 0)) read();
    },
  };
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
