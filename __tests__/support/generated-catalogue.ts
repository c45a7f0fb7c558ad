/** A catalogue of any size, the same at each call: tables as applications have them, in several databases. */
import type { CatalogueFiles } from '../../pipeline/values/catalogue';

export interface CatalogueSize {
  readonly mysql: number;
  readonly dynamodb: number;
}

/** What issue 10 asks for. */
export const LARGE: CatalogueSize = { mysql: 500, dynamodb: 100 };

const TABLES_PER_DATABASE = 50;

const SUBJECTS = ['orders', 'customers', 'invoices', 'shipments', 'events', 'products', 'prices', 'sessions'];

/** With what a schema of an application has: many rules of the task are for these. */
const MYSQL_TYPES = [
  'varchar(80) null',
  'int unsigned not null',
  'decimal(12,2) null',
  'datetime not null',
  'tinyint(1) not null',
  "enum('new','paid','sent') not null",
  'text null',
  'timestamp null',
  'double null',
  'json null',
  'date null',
  'char(36) not null',
  'bigint unsigned null',
  'time null',
  'varbinary(64) null',
  'smallint null',
];

const DYNAMODB_TYPES = ['varchar(256)', 'numeric(38,12)', 'timestamp', 'boolean', 'varchar(1024)', 'bigint'];

export function generateCatalogue({ mysql, dynamodb }: CatalogueSize): CatalogueFiles {
  return Object.fromEntries([
    ...Array.from({ length: mysql }, (_, number) => mysqlEntry(number)),
    ...Array.from({ length: dynamodb }, (_, number) => dynamodbEntry(number)),
  ]);
}

const subjectOf = (number: number): string => SUBJECTS[number % SUBJECTS.length] as string;
const numbered = (prefix: string, number: number): string => `${prefix}${String(number).padStart(3, '0')}`;

function mysqlEntry(number: number): [string, object] {
  // 4 to 28 columns beside the key, 12 on average.
  const width = 4 + ((number * 7) % 17) + (number % 10 === 0 ? 8 : 0);
  const name = `${numbered('m', number)}_${subjectOf(number)}`;
  const entry = {
    source: 'mysql',
    database: numbered('app_', Math.floor(number / TABLES_PER_DATABASE)),
    table: name,
    key: number % 5 === 0 ? ['tenant_id', 'id'] : ['id'],
    columns: [
      ...(number % 5 === 0 ? [{ name: 'tenant_id', mysql: 'int not null' }] : []),
      { name: 'id', mysql: 'bigint not null' },
      ...Array.from({ length: width }, (_, column) => ({
        name: numbered('attribute_', column),
        mysql: MYSQL_TYPES[(number + column) % MYSQL_TYPES.length],
      })),
    ],
  };
  return [name, entry];
}

function dynamodbEntry(number: number): [string, object] {
  const name = `${numbered('d', number)}_${subjectOf(number)}`;
  const hasSortKey = number % 3 === 0;
  const entry = {
    source: 'dynamodb',
    target: { schema: 'documents', table: name },
    key: [{ name: 'id', type: 'S' }, ...(hasSortKey ? [{ name: 'at', type: 'N' }] : [])],
    columns: [
      { name: 'id', redshift: 'varchar(2048)' },
      ...(hasSortKey ? [{ name: 'at', redshift: 'numeric(38,0)' }] : []),
      ...Array.from({ length: 4 + (number % 9) }, (_, column) => ({
        name: numbered('attribute_', column),
        path: ['details', `attribute${column}`],
        redshift: DYNAMODB_TYPES[(number + column) % DYNAMODB_TYPES.length],
      })),
    ],
  };
  return [name, entry];
}
