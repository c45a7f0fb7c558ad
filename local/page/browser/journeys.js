/** Changes on their way: each step with its time, and in the end the row as it is in the target. */
import { byId, el, seconds } from './dom.js';

const MOST_JOURNEYS = 6;

/** The newest first; each is replaced in its place as it goes on. */
export function showJourney(journey) {
  const list = byId('journeys');
  const id = `journey-${journey.id}`;
  const shown = el(
    'li',
    { id, class: 'journey', data: { state: journey.state } },
    el(
      'p',
      { class: 'journey-title' },
      el('strong', {}, journey.operation),
      ` ${journey.table} ${journey.key}`,
    ),
    el(
      'ol',
      { class: 'steps' },
      ...journey.steps.map(({ text, afterMs }) =>
        el(
          'li',
          {},
          text,
          ' ',
          el('span', { class: 'muted' }, afterMs === 0 ? '' : `after ${seconds(afterMs)}`),
        ),
      ),
    ),
    journey.state === 'travelling' ? el('p', { class: 'muted' }, 'on its way …') : null,
    journey.row === undefined ? null : rowDetails(journey),
  );
  const before = byId(id);
  if (before === null) list.prepend(shown);
  else before.replaceWith(shown);
  while (list.children.length > MOST_JOURNEYS) list.lastChild.remove();
}

function rowDetails({ target, row }) {
  const values = Object.entries(row).filter(([, value]) => value !== null);
  return el(
    'details',
    {},
    el('summary', {}, `The row in ${target}`),
    el(
      'dl',
      { class: 'values' },
      ...values.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]),
    ),
  );
}
