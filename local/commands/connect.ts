/** `npm run connect -- mysql|warehouse|dynamodb|s3`: a ready command of a client. No password is in a command line. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { findClientPort, passwordFileOf, psqlCommand } from '../state/client-port';
import { findMysqlPort } from '../state/mysql-port';
import { findOwnSource, type OwnDynamodb, type OwnMysql } from '../state/own-source';
import type { RuntimeInfo } from '../state/state-folder';
import { shellWord, typedCommand } from '../state/typed-command';
import { writeFileAtomically } from '../state/write-atomically';
import type { DataDirFlag, Given } from './given';
import { requireRunning } from './require-running';

/** Logins are in files that only the owner can read. */
const OWNER_ONLY = { mode: 0o600 };

export async function command({ words: [system = ''], flags }: Given<DataDirFlag>): Promise<number> {
  const dataDir = resolve(flags.dataDir);
  const runtime = requireRunning(flags.dataDir, 'connect', system);
  mkdirSync(join(dataDir, 'connect'), { recursive: true, mode: 0o700 });
  console.log((await describeClient(system, dataDir, runtime)).join('\n'));
  return 0;
}

async function describeClient(system: string, dataDir: string, runtime: RuntimeInfo): Promise<string[]> {
  const own = findOwnSource(dataDir) ?? {};
  switch (system) {
    case 'mysql':
      return own.mysql === undefined ? describeMysql(dataDir) : describeOwnMysql(own.mysql);
    case 'warehouse':
      return describeWarehouse(dataDir);
    case 'dynamodb':
      return own.dynamodb === undefined
        ? describeDynamodb(dataDir, runtime)
        : describeOwnDynamodb(own.dynamodb);
    default:
      return describeS3(dataDir, runtime);
  }
}

function describeMysql(dataDir: string): string[] {
  const file = join(dataDir, 'connect', 'mysql.cnf');
  const password = readFileSync(join(dataDir, 'mysql', 'admin-password'), 'utf8').trim();
  const userFile = join(dataDir, 'mysql', 'admin-user');
  const ca = join(dataDir, 'mysql', 'tls', 'ca.pem');
  const options = {
    host: '127.0.0.1',
    port: String(findMysqlPort(dataDir)),
    user: existsSync(userFile) ? readFileSync(userFile, 'utf8') : 'cdc_admin',
    password,
    ...(existsSync(ca) ? { 'ssl-ca': ca } : {}),
  };
  const lines = Object.entries(options).map(([name, value]) => `${name}="${value}"`);
  writeFileAtomically(file, `[client]\n${lines.join('\n')}\n`, OWNER_ONLY);
  return [
    `mysql --defaults-extra-file=${shellWord(file)}`,
    '',
    'mariadb takes the same flag. Host, port, login and the authority of its certificate are in that file; its port changes at each start.',
  ];
}

/** As its owner reaches it: past the pipeline, which only reads it. */
const describeOwnMysql = ({ host, port, user }: OwnMysql): string[] => [
  `mysql --host ${shellWord(host)} --port ${port} --user ${shellWord(user)} --password`,
  '',
  'it is the server of your own; the pipeline only reads it',
];

const describeOwnDynamodb = ({ endpoint, region, profile, tables }: OwnDynamodb): string[] => {
  const who = profile === undefined ? '' : ` --profile ${shellWord(profile)}`;
  return [
    ...tables.map(
      (table) =>
        `aws dynamodb scan --endpoint-url ${endpoint} --region ${region}${who} --table-name ${table}`,
    ),
    '',
    'they are the tables of your own; the pipeline only reads them',
  ];
};

/** Any client of PostgreSQL; the prompt of this project needs none. */
function describeWarehouse(dataDir: string): string[] {
  const { port, database, user } = findClientPort(dataDir);
  return [
    psqlCommand(dataDir),
    typedCommand(dataDir, 'sql'),
    '',
    `other clients of PostgreSQL or Redshift: host 127.0.0.1, port ${port}, database ${database}, user ${user}, no TLS;`,
    `the password is the last field in ${passwordFileOf(dataDir)}`,
    'both only read; port and password stay from start to start. Another user of the warehouse, by the same password, sees what is granted to it.',
  ];
}

async function describeDynamodb(dataDir: string, runtime: RuntimeInfo): Promise<string[]> {
  const client = new DynamoDBClient(clientOptions(runtime));
  try {
    const { TableNames: names = [] } = await client.send(new ListTablesCommand({}));
    const aws = awsOf(dataDir, runtime);
    return [
      ...names.map((name) => `${aws} dynamodb scan --table-name ${name}`),
      '',
      'any other command of aws dynamodb takes the same environment and endpoint; the endpoint changes at each start',
    ];
  } finally {
    client.destroy();
  }
}

async function describeS3(dataDir: string, runtime: RuntimeInfo): Promise<string[]> {
  const client = new S3Client(clientOptions(runtime));
  try {
    const { Buckets: buckets = [] } = await client.send(new ListBucketsCommand({}));
    const bucket = buckets.find(({ Name: name = '' }) => name.endsWith('-data'))?.Name ?? buckets[0]?.Name;
    const aws = awsOf(dataDir, runtime);
    return [
      `${aws} s3 ls --recursive s3://${bucket}/`,
      `${aws} s3 cp --recursive s3://${bucket}/rejected/ rejected/`,
      '',
      `rejected rows and items are under rejected/; the same as files: ${join(dataDir, 's3', 'buckets', bucket ?? '')}`,
    ];
  } finally {
    client.destroy();
  }
}

const clientOptions = ({ gatewayEndpoint, region, accessKeyId, secretAccessKey }: RuntimeInfo) => ({
  endpoint: gatewayEndpoint,
  region,
  credentials: { accessKeyId, secretAccessKey },
});

/** The AWS CLI with login and region from a file. */
function awsOf(
  dataDir: string,
  { gatewayEndpoint, region, accessKeyId, secretAccessKey }: RuntimeInfo,
): string {
  const file = join(dataDir, 'connect', 'aws-credentials');
  writeFileAtomically(
    file,
    `[default]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\nregion=${region}\n`,
    OWNER_ONLY,
  );
  return `AWS_SHARED_CREDENTIALS_FILE=${shellWord(file)} AWS_REGION=${region} aws --endpoint-url ${gatewayEndpoint}`;
}

/** For a shell, when it needs that. */
