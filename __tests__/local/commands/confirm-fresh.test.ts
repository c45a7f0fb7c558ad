import { type ConfirmFreshOptions, confirmFresh } from '../../../local/commands/confirm-fresh';

const found = [
  { table: 'cdc-dev-trades', count: 2, what: 'items' },
  { table: 'bank.txns', count: 1, what: 'rows' },
] as const;
const confirm = (given: Partial<ConfirmFreshOptions>): Promise<void> =>
  confirmFresh({ folder: '/state', ask: undefined, find: async () => found, ...given });

describe('--fresh', () => {
  it('asks nobody when a seed file has all that it deletes', async () => {
    await confirm({ find: async () => [], ask: () => Promise.reject(new Error('asked')) });
  });

  it('names what would be deleted, and deletes nothing where nobody can answer', async () => {
    await expect(confirm({})).rejects.toThrow(
      /^--fresh deletes everything in \/state: 2 items of cdc-dev-trades, 1 row of bank.txns that no seed file has.* --yes/,
    );
  });

  it.each([
    ['y', true],
    ['Yes ', true],
    ['', false],
    ['no', false],
  ])('takes the answer "%s" as %s', async (answer, isYes) => {
    const confirmed = confirm({ ask: async () => answer });
    if (isYes) await confirmed;
    else await expect(confirmed).rejects.toThrow('nothing was deleted');
  });

  it('deletes nothing unasked when the data cannot be read', async () => {
    const find = () => Promise.reject(new Error('the server did not start'));
    await expect(confirm({ find })).rejects.toThrow(/could not be read \(the server did not start\)/);
  });
});
