/** Stands in for a MySQL server that somebody else runs: their administrator, their parameters, their tables and rows. */
import { readFileSync } from 'node:fs';
import type { ResourceArguments } from '../../../deployment/resource-arguments';
import { ACCOUNT, STATE, TELL } from '../../runtime/ports/host';
import { MYSQL_SERVERS, type MysqlServer } from '../../runtime/ports/mysql-server';
import { SECRETS } from '../../runtime/ports/secrets';
import type { Registry } from '../../runtime/registry';
import type { ResourceTwin, StartedResource } from '../../runtime/resource-twin';
import { findOwnSource, type OwnMysql } from '../../state/own-source';
import { startMysqlServer } from './mysql-server';
import { reachOwnServer } from './own-server';
import { fillStandIn } from './stand-in-tables';

const NETWORK = 'no networks on a laptop: everything listens on the loopback address';
/** Not this deployment's own name for an administrator. */
const OWNER = 'dba';
const HOUR_SECONDS = 3_600;

export const existingMysql: ResourceTwin = {
  type: 'existing_mysql',
  honoured: ['server', 'admin_secret_arn', 'binlog_retention_hours', 'identifier'],
  ignored: {
    engine: 'the server is the one that the machine has',
    host: 'the stand-in is at the loopback address; references resolve to that one',
    port: 'the stand-in takes a free port; references resolve to that one',
    certificate_authority: 'the laptop has an authority of its own; references resolve to that one',
    admin_secret_key_arn: 'the laptop encrypts nothing at rest',
    security_group_id: NETWORK,
    cidr: NETWORK,
  },
  start: async (resource, registry) => {
    const servers = registry.of(MYSQL_SERVERS);
    if (servers.size > 0) throw resource.refusal('host', 'a second MySQL server, where the laptop runs one');
    const own = findOwnSource(registry.the(STATE).folder)?.mysql;
    if (own !== undefined) return startOwn(resource, registry, own);
    const isSelfManaged = resource.text('server') === 'self-managed';
    const keptSeconds = resource.number('binlog_retention_hours') * HOUR_SECONDS;
    const tell = registry.the(TELL);
    const server = await startMysqlServer({
      folder: registry.the(STATE).path('mysql'),
      parameters: {
        binlog_format: 'ROW',
        binlog_row_image: 'FULL',
        binlog_row_metadata: 'FULL',
        require_secure_transport: '1',
        event_scheduler: 'ON',
        ...(isSelfManaged ? { binlog_expire_logs_seconds: String(keptSeconds) } : {}),
      },
      adminUser: OWNER,
      isSelfManaged,
      onUnexpectedEnd: (message) => tell({ type: 'engine-ended', engine: 'MySQL server', message }),
    });
    try {
      await fillStandIn(server);
    } catch (error) {
      await server.stop();
      throw error;
    }
    const identifier = resource.optionalText('identifier') ?? 'existing';
    servers.set(identifier, server);
    const secretArn = resource.text('admin_secret_arn');
    registry
      .the(SECRETS)
      .keepValue(nameOf(secretArn), { username: OWNER, password: server.adminPassword }, secretArn);
    return startedAs(server, { identifier, secretArn, registry });
  },
};

/** Who of the pipeline reads the server: all by the one login that its owner gave. */
const READERS = ['dms', 'reconcile'];

/** The owner's server itself. Set-up makes no user there, so that the login goes into the secrets of those who read. */
async function startOwn(
  resource: ResourceArguments,
  registry: Registry,
  own: OwnMysql,
): Promise<StartedResource> {
  const { MYSQL_PWD: password = '' } = process.env;
  const server = await reachOwnServer(own, registry.the(STATE).path('mysql', 'tls'), password);
  registry.of(MYSQL_SERVERS).set('existing', server);
  const secrets = registry.the(SECRETS);
  const login = { username: own.user, password, host: server.host, port: server.port };
  const secretArn = resource.text('admin_secret_arn');
  secrets.keepValue(nameOf(secretArn), login, secretArn);
  // Theirs are named after that of the owner's login: `<prefix>mysql-owner`.
  for (const reader of READERS) secrets.keepValue(nameOf(secretArn).replace(/owner$/, reader), login);
  return startedAs(server, { identifier: 'existing', secretArn, registry });
}

interface Described {
  readonly identifier: string;
  readonly secretArn: string;
  readonly registry: Registry;
}

/** What other resources may refer to. */
function startedAs(server: MysqlServer, { identifier, secretArn, registry }: Described): StartedResource {
  const { region, accountId } = registry.the(ACCOUNT);
  return {
    attributes: {
      host: server.host,
      port: server.port,
      admin_secret_arn: secretArn,
      certificate_authority: readFileSync(server.caFile, 'utf8'),
      identifier,
      arn: `arn:aws:rds:${region}:${accountId}:db:${identifier}`,
    },
    stop: server.stop,
  };
}

/** `arn:…:secret:<name>-<six characters>`. */
const nameOf = (secretArn: string): string =>
  secretArn.replace(/^.*:secret:/, '').replace(/-[A-Za-z0-9]{6}$/, '');
