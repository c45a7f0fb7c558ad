import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApiDocument } from '../../pipeline/api-document';
import { readCatalogueFiles } from '../../pipeline/catalogue-files';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { expectGolden } from '../support/golden';
import { TRADES, TXNS } from '../support/tables';
import { projectFolder } from './pages';

const pathsOf = (document: ReturnType<typeof buildApiDocument>): string[] =>
  Object.keys(document.paths as object);

it('docs/openapi.json is the document of the catalogue; UPDATE_GOLDEN=1 writes it', () => {
  const tables = parseCatalogue(readCatalogueFiles(join(projectFolder, 'tables')));
  const text = JSON.stringify(buildApiDocument({ tables }), undefined, 2);
  expectGolden(join(projectFolder, 'docs', 'openapi.json'), `${text}\n`);
});

it('the paths follow the tables that are filled: of another catalogue, and where one may not be written', () => {
  const all = ['/txns', '/trades', '/tables', '/ingest/{name}'];
  expect(pathsOf(buildApiDocument({ tables: [TXNS, TRADES] }))).toEqual(all);
  expect(pathsOf(buildApiDocument({ tables: [TRADES] }))).toEqual(all.slice(1));
  expect(pathsOf(buildApiDocument({ tables: [TXNS, TRADES], without: ['trades'] }))).toEqual([
    '/txns',
    '/tables',
    '/ingest/{name}',
  ]);
  const other = { ...TRADES, name: 'orders' };
  expect(pathsOf(buildApiDocument({ tables: [other] }))).toEqual(['/tables']);
});

it('each reference of the document leads to a schema of it, and each schema is used', () => {
  const text = readFileSync(join(projectFolder, 'docs', 'openapi.json'), 'utf8');
  const used = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
  const { components } = JSON.parse(text) as { components: { schemas: object } };
  expect(Object.keys(components.schemas).sort()).toEqual([...used].sort());
});
