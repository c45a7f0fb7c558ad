/** What did not arrive, and why: suspended tables, rejected rows, dead letters. And the checkpoints. */
import { buildTable, byId, clock, el } from './dom.js';
import { ask } from './server.js';

export function createTrouble(onError) {
  let shown = '';
  return ({ suspended, rejected, rejectedRows, letters, letterCount, checkpoints }) => {
    const text = JSON.stringify([suspended, rejected, rejectedRows, letters, checkpoints]);
    if (text === shown) return;
    shown = text;
    const nothing = [suspended, rejected, rejectedRows, letters].every(({ length }) => length === 0);
    byId('trouble').replaceChildren(
      ...(nothing
        ? [
            el(
              'p',
              { class: 'muted' },
              'Nothing: no table is suspended, nothing was rejected, there is no dead letter.',
            ),
          ]
        : []),
      ...suspended.map((table) => suspendedTable(table, onError)),
      ...(rejected.length + rejectedRows.length === 0
        ? []
        : [
            el('h3', {}, 'Rejected rows'),
            ...rejectedRows.map((table) => rejectedOf(table, onError)),
            ...rejected.map((batch) => rejectedBatch(batch, onError)),
          ]),
      ...(letters.length === 0 ? [] : [deadLetters(letters, letterCount)]),
    );
    byId('checkpoints').replaceChildren(
      buildTable({
        caption: 'How far each part is',
        columns: [{ name: 'of' }, { name: 'position' }],
        rows: checkpoints.map(({ what, position }) => [what, el('code', {}, position)]),
        empty: 'none yet',
      }),
    );
  };
}

const suspendedTable = ({ table, reason }, onError) =>
  notice(table, `${table} is suspended`, reason, onError);

/** Since the table was copied; where they are is in a control table of the task, without their values. */
const rejectedOf = ({ table, rows, reason }, onError) =>
  notice(
    table,
    `${table}: ${rows} ${rows === 1 ? 'row' : 'rows'} rejected`,
    `the last because ${reason}`,
    onError,
  );

function notice(table, what, reason, onError) {
  return el(
    'div',
    { class: 'notice' },
    el('p', {}, el('strong', {}, what), `: ${reason}`),
    el(
      'button',
      { type: 'button', on: { click: ({ currentTarget }) => resync(table, currentTarget, onError) } },
      `Resync ${table}`,
    ),
  );
}

/** Returns when the new copy is there. */
export async function resync(table, button, onError) {
  button.disabled = true;
  await ask('resync', { table }).catch(onError);
  button.disabled = false;
}

function rejectedBatch({ key, table }, onError) {
  const holder = el('div', {});
  return el(
    'details',
    {
      on: {
        toggle: async ({ currentTarget }) => {
          if (!currentTarget.open || holder.hasChildNodes()) return;
          const rows = await ask('rejected', { key }).catch((error) => {
            onError(error);
            return [];
          });
          holder.replaceChildren(
            el(
              'section',
              { class: 'scroll', tabindex: 0, 'aria-label': `Rejected rows of ${table}` },
              buildTable({
                caption: `Rejected rows of ${table}`,
                columns: [{ name: 'line', isNumeric: true }, { name: 'reason' }, { name: 'as it was' }],
                rows: rows.map(({ line, column, code, reason, raw }) => [
                  String(line),
                  `${code}${column === '' ? '' : `, ${column}`}: ${reason}`,
                  el('code', {}, raw.slice(0, 300)),
                ]),
                empty: 'no whole row in it',
              }),
            ),
          );
        },
      },
    },
    el('summary', {}, `${table}: ${key.slice(key.lastIndexOf('/') + 1)}`),
    holder,
  );
}

function deadLetters(letters, letterCount) {
  const more = letterCount > letters.length ? `, the newest ${letters.length} of ${letterCount}` : '';
  return el(
    'div',
    {},
    el('h3', {}, `Dead letters${more}`),
    el(
      'ol',
      { class: 'letters scroll', tabindex: 0, 'aria-label': 'Dead letters, the newest first' },
      ...letters.map(({ sentAt, queue, text }) =>
        el(
          'li',
          {},
          el('p', { class: 'muted' }, `${clock(sentAt)} · ${queue.replace(/-dead-letters$/, '')}`),
          el('p', {}, text),
        ),
      ),
    ),
  );
}
