/** The details of the chosen part, and what can be done to it. */
import { byId, el } from './dom.js';
import { ask } from './server.js';

const ACTIONS = {
  run: { label: 'Run now' },
  pause: { label: 'Pause schedule' },
  resume: { label: 'Resume schedule' },
  stop: { label: 'Stop' },
  start: { label: 'Start', isPrimary: true },
  restart: { label: 'Restart' },
  kill: { label: 'Kill', isDanger: true },
};

const ABOUT = {
  schedules: 'Fire the functions at their rates. Each function’s own schedule can be paused at its part.',
  mysql: 'The source of the MySQL path, with its binlog on. Kill is kill -9 of the server.',
  task: 'Copies MySQL’s tables, then applies each change of the binlog, with its checkpoint in the same transaction. Kill cuts its connections to MySQL.',
  dynamodb: 'The source of the DynamoDB path; its streams keep changes for 24 hours.',
  stage:
    'stage-stream-records writes batches of stream records to files in S3. Stop disables its stream mapping; kill ends its process.',
  s3: 'Files that wait for a load; loaded ones are kept for a while, so that they can be replayed.',
  load: 'load-staged-batches brings all waiting files into the warehouse by one COPY and one merge.',
  warehouse: 'Redshift’s twin, embedded in this process: it lives and ends with the pipeline.',
  reconcile: 'reconcile-tables compares every row of every table with its source.',
};

export function createPartPanel(onError) {
  let shown = '';
  return (node) => {
    const text = JSON.stringify(node);
    if (text === shown) return;
    shown = text;
    const focused = document.activeElement?.getAttribute('data-action');
    byId('part').replaceChildren(
      el(
        'div',
        { class: 'part-text' },
        el(
          'h3',
          {},
          node.title,
          ' ',
          el('span', { class: 'badge', data: { health: node.health } }, node.state),
        ),
        el('p', { class: 'muted' }, `${node.about ?? ABOUT[node.id]} ${node.facts.join(' · ')}.`),
        node.problem === undefined ? null : el('p', { class: 'bad' }, node.problem),
      ),
      el(
        'div',
        { class: 'row actions', role: 'group', 'aria-label': `Actions on ${node.title}` },
        ...node.actions.map((action) => button(node, action, onError)),
      ),
    );
    document.querySelector(`#part [data-action="${focused}"]`)?.focus();
  };
}

function button(node, action, onError) {
  const { label, isPrimary, isDanger } = ACTIONS[action];
  return el(
    'button',
    {
      type: 'button',
      class: isPrimary ? 'primary' : isDanger ? 'danger' : undefined,
      'data-action': action,
      on: {
        click: async ({ currentTarget }) => {
          currentTarget.disabled = true;
          await ask('act', { part: node.id, action }).catch(onError);
          currentTarget.disabled = false;
        },
      },
    },
    label,
  );
}
