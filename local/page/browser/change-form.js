/** The form by which a row or an item is inserted, updated or deleted, made from the catalogue. */
import { byId, el } from './dom.js';
import { ask } from './server.js';

const OPERATIONS = ['insert', 'update', 'delete'];

export function createChangeForm(onError) {
  const state = { forms: [], form: undefined, operation: 'insert', rows: [], chosen: undefined };
  const holder = byId('change');
  holder.addEventListener('submit', (event) => {
    event.preventDefault();
    send(state, holder).then(draw, onError);
  });
  const choose = async (name) => {
    state.form = state.forms.find((form) => form.name === name) ?? state.forms[0];
    if (state.form === undefined) return;
    if (!state.form.hasKey) state.operation = 'insert';
    state.rows = await ask('rows', { table: state.form.name }).catch((error) => {
      onError(error);
      return [];
    });
    state.chosen = state.rows[0];
    draw();
  };
  const draw = () => drawForm(state, holder, { choose, draw });
  return {
    begin(forms) {
      state.forms = forms;
      holder.closest('section').hidden = forms.length === 0;
      // After a reconnection the person's own values stay.
      if (state.form === undefined) choose(forms[0]?.name);
    },
  };
}

function drawForm(state, holder, { choose, draw }) {
  const { operation } = state;
  const focused = document.activeElement?.id;
  holder.replaceChildren(
    tablePicker(state, choose),
    operationPicker(state, draw),
    operation === 'insert' ? '' : rowPicker(state, draw),
    operation === 'delete'
      ? ''
      : el('div', { class: 'fields' }, ...fieldsOf(state).map((field) => drawField(field, state))),
    el('div', { class: 'row' }, sendButton(state)),
  );
  if (focused) byId(focused)?.focus();
}

function tablePicker({ forms, form }, choose) {
  const options = forms.map(({ name, source, sourceName }) =>
    el(
      'option',
      { value: name, selected: name === form.name },
      `${sourceName} (${source === 'mysql' ? 'MySQL' : 'DynamoDB'})`,
    ),
  );
  return el(
    'div',
    { class: 'field' },
    el('label', { for: 'change-table' }, 'Table'),
    el('select', { id: 'change-table', on: { change: ({ target }) => choose(target.value) } }, ...options),
  );
}

function operationPicker(state, draw) {
  const choiceOf = (name) => {
    const change = () => {
      state.operation = name;
      draw();
    };
    return el('input', {
      type: 'radio',
      name: 'operation',
      id: `operation-${name}`,
      value: name,
      checked: name === state.operation,
      on: { change },
    });
  };
  return el(
    'fieldset',
    { class: 'choices' },
    el('legend', {}, 'Operation'),
    ...OPERATIONS.filter((name) => state.form.hasKey || name === 'insert').map((name) =>
      el('label', {}, choiceOf(name), name),
    ),
  );
}

const sendButton = ({ operation, rows }) =>
  el(
    'button',
    {
      type: 'submit',
      id: 'change-send',
      class: 'primary',
      disabled: operation !== 'insert' && rows.length === 0,
    },
    `${operation[0].toUpperCase()}${operation.slice(1)}`,
  );

/** A generated number is the source's to give; a key names a row and is not changed. */
const fieldsOf = ({ form, operation }) =>
  form.fields.filter(({ isKey, isGenerated }) => !isGenerated && !(operation === 'update' && isKey));

const keyOf = ({ fields }, row) =>
  Object.fromEntries(fields.filter(({ isKey }) => isKey).map(({ name }) => [name, row?.[name] ?? null]));

function rowPicker(state, draw) {
  const { form, rows } = state;
  const label = (row) =>
    Object.values(row)
      .filter((value) => value !== null)
      .slice(0, 4)
      .join(' · ');
  const select = el(
    'select',
    {
      id: 'change-row',
      on: {
        change: ({ target }) => {
          state.chosen = rows[Number(target.value)];
          draw();
        },
      },
    },
    ...rows.map((row, at) => el('option', { value: at, selected: row === state.chosen }, label(row))),
  );
  return el(
    'div',
    { class: 'field' },
    el('label', { for: 'change-row' }, `Row of ${form.sourceName}`),
    select,
  );
}

function drawField({ name, kind, type, isOptional, isKey }, { operation, chosen }) {
  const id = `field-${name}`;
  const value = startValue({ name, kind, isKey }, operation, chosen);
  const attributes = { id, name, 'aria-describedby': `${id}-type`, autocomplete: 'off' };
  const input =
    kind === 'boolean'
      ? el(
          'select',
          attributes,
          ...[
            ['', 'NULL'],
            ['1', 'true'],
            ['0', 'false'],
          ].map(([given, text]) => el('option', { value: given, selected: given === (value ?? '') }, text)),
        )
      : el('input', {
          ...attributes,
          value: value ?? '',
          inputmode: kind === 'number' ? 'decimal' : undefined,
          spellcheck: 'false',
        });
  return el(
    'div',
    { class: 'field' },
    el('label', { for: id }, name),
    input,
    el('span', { class: 'type', id: `${id}-type` }, `${type}${isOptional ? ', or empty' : ''}`),
  );
}

/** An insert begins as a copy of a row, so that one click is enough. */
function startValue({ name, kind, isKey }, operation, chosen) {
  if (operation === 'insert' && isKey && kind === 'text') return `page-${Date.now().toString(36)}`;
  if (operation === 'insert' && isKey) return String(Date.now());
  if (operation === 'insert' && chosen?.[name] === undefined && kind === 'timestamp')
    return new Date().toISOString().replace('T', ' ').replace('Z', '');
  return chosen?.[name] ?? '';
}

async function send(state, holder) {
  const { form, operation, chosen } = state;
  const given = operation === 'delete' ? {} : typedValues(state, new FormData(holder));
  const { key } = await ask('change', {
    table: form.name,
    operation,
    key: operation === 'insert' ? {} : keyOf(form, chosen),
    values: given,
  });
  state.rows = await ask('rows', { table: form.name });
  const isSame = (row) => Object.entries(key).every(([name, value]) => row[name] === value);
  // What was changed is what the next change is most likely of; a table may show other rows than that first.
  if (operation !== 'delete' && form.hasKey && !state.rows.some(isSame)) {
    state.rows.unshift({ ...chosen, ...given, ...key });
  }
  state.chosen = state.rows.find(isSame) ?? state.rows[0];
}

/** What is empty in a new row is left out, so that a default applies; in an update only changes count. */
function typedValues(state, typed) {
  const { operation, chosen } = state;
  const values = fieldsOf(state).map(({ name, isOptional }) => {
    const value = String(typed.get(name) ?? '');
    return [name, value === '' && isOptional ? null : value];
  });
  const counts = ([name, value]) =>
    operation === 'insert' ? value !== null && value !== '' : value !== (chosen?.[name] ?? null);
  return Object.fromEntries(values.filter(counts));
}
