import { type ConfirmFreshOptions, confirmFresh } from '../../../local/commands/confirm-fresh';

const found = [
  { table: 'cdc-dev-trades', count: 2, what: 'items' },
  { table: 'bank.txns', count: 1, what: 'rows' },
] as const;
const lines: string[] = [];
const confirm = (given: Partial<ConfirmFreshOptions>) =>
  confirmFresh({
    folder: '/state',
    ask: undefined,
    print: (line) => lines.push(line),
    find: async () => found,
    ...given,
  });

describe('--fresh', () => {
  it('asks nobody when a seed file has all that it deletes', async () => {
    const ask = () => Promise.reject(new Error('asked'));
    expect(await confirm({ find: async () => [], ask })).toBe('delete');
  });

  it('keeps everything in a folder beside where nobody can answer, and says what and where', async () => {
    const { keptIn } = (await confirm({})) as { keptIn: string };
    expect(keptIn).toMatch(/^\/state\.kept-\d{8}T\d{6}Z$/);
    expect(lines).toEqual([
      expect.stringMatching(
        /^kept: 2 items of cdc-dev-trades, 1 row of bank.txns that no seed file has: .* \/state\.kept-\d+T\d+Z,/,
      ),
    ]);
  });

  it.each([
    ['y', true],
    ['Yes ', true],
    ['', false],
    ['no', false],
  ])('takes the answer "%s" as %s', async (answer, isYes) => {
    const confirmed = confirm({ ask: async () => answer });
    if (isYes) expect(await confirmed).toBe('delete');
    else await expect(confirmed).rejects.toThrow('nothing was deleted');
  });

  it('deletes nothing unasked when the data cannot be read', async () => {
    const find = () => Promise.reject(new Error('the server did not start'));
    expect(await confirm({ find })).toMatchObject({ keptIn: expect.any(String) });
    expect(lines.at(-1)).toMatch(/could not be read \(the server did not start\)/);
  });
});
