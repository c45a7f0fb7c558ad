/** Elements by functions. What comes from a source is only ever set as text: a value of a row is not to be trusted. */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {string} name
 * @param {Record<string, unknown>} [attributes] `on` has listeners, `text` the text, `data` data attributes
 * @param {...(Node | string | null | undefined)} children
 */
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, { on = {}, data = {}, text, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const [name, value] of Object.entries(data)) element.dataset[name] = String(value);
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener);
  if (text !== undefined) element.textContent = String(text);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export const byId = (id) => document.getElementById(id);

/**
 * @param {{ caption: string, columns: { name: string, isNumeric?: boolean }[], rows: (Node | string | null)[][], empty?: string }} table
 */
export function buildTable({ caption, columns, rows, empty = 'nothing' }) {
  const cell = (value, at) => {
    const attributes = columns[at]?.isNumeric ? { class: 'number' } : {};
    if (value instanceof Node) return el('td', attributes, value);
    return value === null
      ? el('td', { class: columns[at]?.isNumeric ? 'null number' : 'null' }, 'NULL')
      : el('td', attributes, value);
  };
  const body =
    rows.length === 0
      ? [el('tr', {}, el('td', { colspan: columns.length, class: 'muted' }, empty))]
      : rows.map((row) => el('tr', {}, ...row.map(cell)));
  return el(
    'table',
    {},
    el('caption', { class: 'quiet' }, caption),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        ...columns.map(({ name, isNumeric }) =>
          el('th', { scope: 'col', class: isNumeric ? 'number' : undefined }, name),
        ),
      ),
    ),
    el('tbody', {}, ...body),
  );
}

export const count = (number) =>
  number === null || number === undefined ? '–' : number.toLocaleString('en-US');

export const seconds = (milliseconds) =>
  milliseconds === null || milliseconds === undefined
    ? '–'
    : `${(Math.max(0, milliseconds) / 1000).toFixed(1)} s`;

export const milliseconds = (number) =>
  number === null || number === undefined ? '–' : `${count(Math.round(number))} ms`;

/** As in the terminal: of this machine's zone, without the date. */
export const clock = (time) => new Date(time).toTimeString().slice(0, 8);
