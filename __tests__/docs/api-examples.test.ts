import { answerJson, answerProblem, problemOf } from '../../pipeline/ingest/api-answer';
import { parsePostedItems } from '../../pipeline/ingest/posted-items';
import { parsePostedRows } from '../../pipeline/ingest/posted-rows';
import { TRADES, TXNS } from '../support/tables';
import { readPage } from './pages';

/** Each `curl` of a page with the line that is printed below it. */
function examplesOf(
  page: string,
): { readonly path: string; readonly body: string; readonly printed: string }[] {
  const { text } = readPage(page);
  return [...text.matchAll(/^curl "\$URL(\/\w+)" .* -d '(.*)'\n(\{.*\})$/gm)].map(
    ([, path = '', body = '', printed = '']) => ({ path, body, printed }),
  );
}

async function answerTo({ path, body }: { readonly path: string; readonly body: string }): Promise<string> {
  const request = { contentType: 'application/json', body: Buffer.from(body) };
  try {
    const [table, rows] =
      path === '/txns'
        ? [TXNS.name, await parsePostedRows(request, TXNS)]
        : [TRADES.name, await parsePostedItems(request, TRADES)];
    return answerJson(201, { table, rows: rows.length }).body;
  } catch (error) {
    return answerProblem(problemOf(error)).body;
  }
}

it.each([
  ['README.md', 2],
  ['docs/api.md', 1],
])('%s prints what the API answers to its %i requests', async (page, count) => {
  const examples = examplesOf(page);
  expect(examples).toHaveLength(count);
  for (const example of examples)
    expect([example.body, await answerTo(example)]).toEqual([example.body, example.printed]);
});
