/** The picture of the pipeline: parts that are buttons, and lines on which a movement shows when something passes. */
import { svg } from './dom.js';
import { EDGES, LAYOUTS, lineBetween } from './layout.js';

const narrowScreen = matchMedia('(max-width: 760px)');
const FLOW_MS = 1_800;

/**
 * @param {HTMLElement} holder
 * @param {(id: string) => void} onSelect
 */
export function createPicture(holder, onSelect) {
  const state = { nodes: [], selected: 'task', passed: new Map(), parts: new Map(), lines: new Map() };
  const draw = () => {
    const hadFocus = document.activeElement?.closest('[data-part]')?.getAttribute('data-part');
    const layout = narrowScreen.matches ? LAYOUTS.narrow : LAYOUTS.wide;
    holder.replaceChildren(drawAll(layout, state, onSelect));
    state.parts.get(hadFocus ?? '')?.group.focus();
    for (const node of state.nodes) update(state, node);
  };
  narrowScreen.addEventListener('change', draw);
  return {
    show(nodes) {
      state.nodes = nodes;
      if (state.parts.size === 0) draw();
      for (const node of nodes) update(state, node);
      showFlow(state);
    },
    select(id) {
      state.selected = id;
      for (const node of state.nodes) update(state, node);
    },
  };
}

function drawAll({ size, places }, state, onSelect) {
  state.lines.clear();
  state.parts.clear();
  // A deployment has no part of a path that it has no table for.
  const isThere = (id) => state.nodes.some((node) => node.id === id);
  const lines = EDGES.filter(({ from, to }) => isThere(from) && isThere(to)).map((edge) =>
    drawEdge(edge, places, state),
  );
  const parts = Object.entries(places)
    .filter(([id]) => isThere(id))
    .map(([id, place]) => drawPart(id, place, state, onSelect));
  const arrow = (path) =>
    svg(
      'marker',
      {
        id: `arrow-${path}`,
        viewBox: '0 0 6 8',
        refX: 0,
        refY: 4,
        markerWidth: 6,
        markerHeight: 8,
        orient: 'auto',
        markerUnits: 'userSpaceOnUse',
      },
      svg('path', { d: 'M0 0L6 4L0 8Z', class: `arrow ${path}` }),
    );
  return svg(
    'svg',
    {
      viewBox: `0 0 ${size.width} ${size.height}`,
      role: 'group',
      'aria-label': 'The parts of the pipeline, from left to right; choose one for its details',
    },
    svg('defs', {}, arrow('mysql'), arrow('dynamodb'), arrow('both')),
    ...lines,
    ...parts,
  );
}

function drawEdge({ from, to, path, label }, places, state) {
  const line = lineBetween(places[from], places[to]);
  const moving = svg('path', { d: line.path, class: `moving ${path}` });
  state.lines.set(`${from} ${to}`, moving);
  return svg(
    'g',
    { 'aria-hidden': 'true' },
    svg('path', { d: line.path, class: `line ${path}`, 'marker-end': `url(#arrow-${path})` }),
    moving,
    label === undefined || line.path.includes('V')
      ? null
      : svg(
          'text',
          { x: line.middle.x, y: line.middle.y - 8, class: 'line-label', 'text-anchor': 'middle' },
          label,
        ),
  );
}

function drawPart(id, { x, y, width, height }, state, onSelect) {
  const text = (dy, className) => svg('text', { x: x + 12, y: y + dy, class: className });
  const part = {
    title: text(24, 'part-title'),
    service: text(41, 'part-service'),
    dot: svg('circle', { cx: x + 16, cy: y + 60, r: 4, class: 'dot' }),
    state: svg('text', { x: x + 26, y: y + 64, class: 'part-state' }),
    facts: [text(83, 'part-fact'), text(100, 'part-fact')],
    characters: Math.floor((width - 20) / 6.3),
  };
  const choose = () => onSelect(id);
  const group = svg(
    'g',
    {
      class: 'part-box',
      role: 'button',
      tabindex: 0,
      'aria-controls': 'part',
      'data-part': id,
      on: {
        click: choose,
        keydown: (event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          choose();
        },
      },
    },
    svg('rect', { x, y, width, height, rx: 10 }),
    part.title,
    part.service,
    part.dot,
    part.state,
    ...part.facts,
  );
  state.parts.set(id, { ...part, group });
  return group;
}

function update(state, node) {
  const part = state.parts.get(node.id);
  if (part === undefined) return;
  const cut = (text) => (text.length > part.characters ? `${text.slice(0, part.characters - 1)}…` : text);
  part.title.textContent = cut(node.title);
  part.service.textContent = cut(node.service);
  part.state.textContent = cut(node.state);
  for (const [at, fact] of part.facts.entries()) fact.textContent = cut(node.facts[at] ?? '');
  part.group.dataset.health = node.health;
  part.group.setAttribute('aria-pressed', String(node.id === state.selected));
  part.group.setAttribute(
    'aria-label',
    `${node.title}, ${node.service}: ${node.state}. ${node.facts.join(', ')}`,
  );
}

/** A part that something passed moves the lines that lead into it. */
function showFlow(state) {
  for (const { id, passed } of state.nodes) {
    const before = state.passed.get(id);
    state.passed.set(id, passed);
    if (before === undefined || passed <= before) continue;
    for (const { from, to } of EDGES.filter((edge) => edge.to === id)) {
      const line = state.lines.get(`${from} ${to}`);
      line?.classList.add('flows');
      setTimeout(() => line?.classList.remove('flows'), FLOW_MS);
    }
  }
}
