import { parseDeployEvent } from '../../pipeline/deploy-event';

it.each(['create', 'update', 'delete'] as const)('a deploy says that it is to %s', (action) => {
  expect(parseDeployEvent({ tf: { action, prev_input: null } })).toEqual({ action });
});

it.each([[{}], [null], [undefined], [{ other: 1 }]])('an invocation by hand says nothing: %j', (event) => {
  expect(parseDeployEvent(event)).toEqual({ action: undefined });
});

it.each([
  [{ tf: { action: 'destroy' } }, /tf\.action/],
  [{ tf: {} }, /tf\.action/],
  ['delete', /event/],
])('an event that no deploy sends is refused: %j', (event, where) => {
  expect(() => parseDeployEvent(event)).toThrow(
    expect.objectContaining({ code: 'SETTINGS_INVALID', disposition: 'halt' }),
  );
  expect(() => parseDeployEvent(event)).toThrow(where);
});
