/** The query box: a statement, its answer as a table, and a plot where there are numbers. */

import { keepSize } from './charts.js';
import { buildTable, byId, count } from './dom.js';
import { drawPlot } from './plot.js';
import { ask } from './server.js';

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
      plot = drawPlot(answer, byId('plot'), 'the table below');
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
