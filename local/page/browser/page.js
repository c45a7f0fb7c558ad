/** The page: takes what the pipeline tells and hands it to each part of the page. */
import { createAnalysts } from './analysts.js';
import { createChangeForm } from './change-form.js';
import { createCharts } from './charts.js';
import { buildTable, byId, clock, count, el, milliseconds, seconds } from './dom.js';
import { showJourney } from './journeys.js';
import { createPartPanel } from './part-panel.js';
import { createPicture } from './picture.js';
import { createQuery } from './query.js';
import { ask, follow } from './server.js';
import { createTrouble, resync } from './trouble.js';

const MOST_LINES = 200;
const MESSAGE_MS = 12_000;

let hiding;
/** @param {Error} error */
function showError(error) {
  const message = byId('message');
  message.textContent = error.message;
  message.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => {
    message.hidden = true;
  }, MESSAGE_MS);
}

const charts = createCharts();
const showPart = createPartPanel(showError);
const showTrouble = createTrouble(showError);
const form = createChangeForm(showError);
const query = createQuery();
const analysts = createAnalysts(showError);
const state = { view: undefined, selected: 'task', lastLine: 0, tables: '' };

const picture = createPicture(byId('picture'), (id) => {
  state.selected = id;
  picture.select(id);
  showSelected();
});

const showSelected = () => {
  const node = state.view?.nodes.find(({ id }) => id === state.selected);
  if (node !== undefined) showPart(node);
};

/** A deployment of one's own tables has none. */
const ingestsOf = (view) => view.nodes.filter(({ id }) => id.startsWith('ingest-'));

function showView(view) {
  state.view = view;
  if (!view.nodes.some(({ id }) => id === state.selected)) {
    state.selected = view.nodes[0]?.id;
    picture.select(state.selected);
  }
  byId('ingest-now').hidden = ingestsOf(view).length === 0;
  const verdict = byId('verdict');
  if (verdict.textContent !== view.verdict) verdict.textContent = view.verdict;
  verdict.dataset.health = view.verdictHealth;
  byId('compared').textContent = view.comparedAt === null ? '' : `compared at ${clock(view.comparedAt)}`;
  picture.show(view.nodes);
  showSelected();
  showTables(view.tables);
  showApis(view.apis);
  showTrouble(view);
  analysts.news();
}

/** Of a deployment that has one. */
function showApis(apis) {
  const place = byId('apis');
  place.hidden = apis.length === 0;
  if (place.hidden) return;
  place.replaceChildren(
    buildTable({
      caption: 'Requests to the API since the start',
      columns: [
        { name: 'API' },
        { name: 'requests', isNumeric: true },
        { name: 'refused (4xx)', isNumeric: true },
        { name: 'failed (5xx)', isNumeric: true },
        { name: 'p50', isNumeric: true },
        { name: 'p99', isNumeric: true },
      ],
      rows: apis.map(({ url, requests, refused, failed, medianMs, p99Ms }) => [
        url,
        count(requests),
        count(refused),
        count(failed),
        milliseconds(medianMs),
        milliseconds(p99Ms),
      ]),
      empty: '',
    }),
  );
}

function showTables(tables) {
  const text = JSON.stringify(tables);
  if (text === state.tables) return;
  state.tables = text;
  const focused = document.activeElement?.getAttribute('data-resync');
  byId('tables').replaceChildren(
    buildTable({
      caption: 'Rows on both sides as last compared, and what moved since the start',
      columns: [
        { name: 'source' },
        { name: 'target' },
        { name: 'source rows', isNumeric: true },
        { name: 'target rows', isNumeric: true },
        { name: 'difference', isNumeric: true },
        { name: 'in flight', isNumeric: true },
        { name: 'changes', isNumeric: true },
        { name: 'lag', isNumeric: true },
        { name: 'actions' },
      ],
      rows: tables.map(tableRow),
      empty: 'no table has moved yet',
    }),
  );
  if (focused) document.querySelector(`[data-resync="${CSS.escape(focused)}"]`)?.focus();
}

function tableRow({
  path,
  source,
  target,
  sourceRows,
  targetRows,
  mismatches,
  inFlight,
  changes,
  lagMs,
  resync: name,
}) {
  return [
    el('span', {}, el('span', { class: `key ${path === 'MySQL' ? 'mysql' : 'dynamodb'}` }), source),
    target === '' ? '–' : target,
    count(sourceRows),
    count(targetRows),
    el('span', { class: mismatches > 0 ? 'bad' : undefined }, count(mismatches)),
    count(inFlight),
    count(changes),
    seconds(lagMs),
    name === undefined
      ? '–'
      : el(
          'button',
          {
            type: 'button',
            class: 'small',
            'data-resync': name,
            'aria-label': `Resync ${name}`,
            on: { click: ({ currentTarget }) => resync(name, currentTarget, showError) },
          },
          'Resync',
        ),
  ];
}

function addLine({ number, time, what, about, details }) {
  if (number <= state.lastLine) return;
  state.lastLine = number;
  const list = byId('log');
  list.prepend(
    el(
      'li',
      { data: { what } },
      el('time', {}, time),
      el('span', { class: 'what' }, what),
      el('span', {}, [about, details].filter((part) => part !== '').join(': ')),
    ),
  );
  while (list.children.length > MOST_LINES) list.lastChild.remove();
}

const HANDLERS = {
  hello({ forms, samples, log, view }) {
    charts.begin(samples);
    showView(view);
    for (const line of log) addLine(line);
    // Sources of somebody else are only read.
    form.begin(forms.filter(({ isReadOnly }) => !isReadOnly));
    query.begin(forms);
    analysts.read();
  },
  view: showView,
  sample: charts.add,
  log: addLine,
  journey: showJourney,
  refused: (text) => showError(new Error(text)),
};

function showConnection(connection, message) {
  const shown = byId('connection');
  shown.dataset.state = connection;
  shown.textContent = { connected: 'live', lost: 'connection lost, trying again …', refused: 'not allowed' }[
    connection
  ];
  if (message !== undefined) {
    byId('verdict').textContent = 'not connected';
    showError(new Error(message));
    clearTimeout(hiding);
  }
}

/** @param {string} id @param {() => Promise<unknown>} work */
function onClick(id, work) {
  byId(id).addEventListener('click', async ({ currentTarget }) => {
    currentTarget.disabled = true;
    await work().catch(showError);
    currentTarget.disabled = false;
  });
}

onClick('ingest-now', async () => {
  for (const { id } of ingestsOf(state.view)) await ask('act', { part: id, action: 'run' });
});
onClick('compare-now', () => ask('reconcile'));
onClick('analysts-again', analysts.read);
// A keyboard scrolls what it can enter.
for (const region of document.querySelectorAll('.scroll')) region.tabIndex = 0;
follow((name, data) => HANDLERS[name]?.(data), showConnection);
