/** The very zip that would be deployed, in a process of its own. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResourceArguments } from '../../../deployment/resource-arguments';
import { endpointVariables } from '../../protocol/endpoint-variables';
import { ACCESS_CONTROL } from '../../runtime/ports/access-control';
import { FUNCTIONS } from '../../runtime/ports/callable-function';
import { ACCOUNT, GATEWAY, STACK_FOLDERS, STATE, TELL } from '../../runtime/ports/host';
import { LOG_GROUPS } from '../../runtime/ports/log-group';
import { MYSQL_SERVERS } from '../../runtime/ports/mysql-server';
import type { Registry } from '../../runtime/registry';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { roleNameIn } from '../../runtime/role-name';
import { startFunction } from './function-host';
import { LaptopFunction } from './laptop-function';
import { parseOutcomeLine } from './outcome-line';
import { type FunctionParts, functionAccess, secretAccess } from './role-access';
import { unwrapHandler } from './wrapped-handler';

/** Without a reserved concurrency AWS would run up to a thousand; each is a process here. */
export const UNRESERVED_CONCURRENCY = 4;
/** Lambda's defaults (AWS Lambda API, CreateFunction). */
const DEFAULT_MEMORY_MB = 128;
const DEFAULT_TIMEOUT_SECONDS = 3;

export const awsLambdaFunction: ResourceTwin = {
  type: 'aws_lambda_function',
  honoured: [
    'function_name',
    'filename',
    'source_code_hash',
    'handler',
    'layers',
    'runtime',
    'role',
    'memory_size',
    'timeout',
    'environment.variables',
    'reserved_concurrent_executions',
  ],
  ignored: {
    architectures: 'the laptop has the one that it has; the bundles hold no native code',
    logging_config: 'the log is a file; that the role may write the group is checked',
    tracing_config: 'no X-Ray; that the role may write traces is checked',
    vpc_config: 'no networks on a laptop; that the role may join one is checked',
    replace_security_groups_on_destroy: 'no networks on a laptop',
    replacement_security_group_ids: 'no networks on a laptop',
    publish: 'the laptop has one version of a function',
    skip_destroy: 'nothing is destroyed here',
  },
  start: async (resource, registry) => {
    const facts = registry.the(ACCOUNT);
    const gateway = registry.the(GATEWAY);
    const tell = registry.the(TELL);
    const name = resource.text('function_name');
    if (!resource.text('runtime').startsWith('nodejs')) {
      throw resource.refusal('runtime', `${resource.text('runtime')}, where the laptop runs Node.js`);
    }
    const { region, accountId } = facts;
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
    const role = roleNameIn(resource, 'role');
    const { handler, secretArn } = unwrapHandler(resource);
    const access = registry.the(ACCESS_CONTROL);
    const parts = partsOf(resource, name);
    access.demand(role, functionAccess(parts, facts));
    if (secretArn !== undefined)
      access.demand(role, secretAccess(secretArn, access.keyOfSecret(secretArn), facts));
    const folder = registry.the(STATE).path('functions', name);
    const host = await startFunction({
      name,
      functionArn: arn,
      zipFile: checkedBundle(resource, registry.the(STACK_FOLDERS)(resource.block.stack)),
      handler,
      memoryMb: resource.number('memory_size', DEFAULT_MEMORY_MB),
      timeoutSeconds: resource.number('timeout', DEFAULT_TIMEOUT_SECONDS),
      reservedConcurrency: concurrencyOf(resource),
      region,
      environment: resource.texts('environment.variables'),
      credentials: gateway.registerCaller(role),
      endpointVariables: endpointVariables(gateway),
      ...authorityOf(registry),
      folder,
      onLogLine: (line) => {
        registry.of(LOG_GROUPS).get(parts.logGroup)?.write(line);
        const outcome = parseOutcomeLine(line);
        if (outcome !== undefined) tell({ type: 'outcome', functionName: name, ...outcome });
      },
    });
    const logFile = join(folder, 'function.log');
    const started = new LaptopFunction({ name, arn, role, logFile, host, tell });
    registry.of(FUNCTIONS).set(name, started);
    return {
      attributes: { function_name: name, id: name, arn, qualified_arn: `${arn}:$LATEST`, version: '$LATEST' },
      stop: () => started.stop(),
    };
  },
};

/** What Lambda itself does by the function's role. */
function partsOf(resource: ResourceArguments, name: string): FunctionParts {
  return {
    logGroup: resource.optionalText('logging_config.log_group') ?? `/aws/lambda/${name}`,
    isTraced: resource.optionalText('tracing_config.mode') === 'Active',
    isInVpc: resource.block.config.vpc_config !== undefined,
    keyArn: resource.optionalText('kms_key_arn'),
  };
}

/** The plan names a bundle by path and hash; another one is another deployment. */
function checkedBundle(resource: ResourceArguments, stackFolder: string): string {
  const file = join(stackFolder, resource.text('filename'));
  if (!existsSync(file)) throw resource.refusal('filename', `a bundle that is not there: ${file}`);
  const hash = createHash('sha256').update(readFileSync(file)).digest('base64');
  const planned = resource.text('source_code_hash');
  if (hash !== planned) {
    throw resource.refusal(
      'source_code_hash',
      `${planned}, but the SHA-256 of ${file} is ${hash}. The bundle is not the one that was synthesized: npm run synth`,
    );
  }
  return file;
}

function concurrencyOf(resource: ResourceArguments): number {
  const reserved = resource.number('reserved_concurrent_executions', -1);
  if (reserved === 0) {
    throw resource.refusal('reserved_concurrent_executions', '0, which keeps the function from running');
  }
  return reserved === -1 ? UNRESERVED_CONCURRENCY : reserved;
}

/** The authority that signed the MySQL server's certificate. */
function authorityOf(registry: Registry): { readonly caFile?: string } {
  const [server] = registry.of(MYSQL_SERVERS).values();
  return server === undefined ? {} : { caFile: server.caFile };
}
