/**
 * The synthesized deployment as data: `cdktf.out/manifest.json` and each stack's `cdk.tf.json`, as `terraform`
 * would read them. Expressions stay as they are; `references.ts` resolves them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, type Json, type JsonMap } from './json';

export interface Block {
  readonly stack: string;
  /** As an expression names it: `aws_sqs_queue.dead_letters`, `data.aws_region.current`, `local.existing_mysql.server`. */
  readonly address: string;
  readonly type: string;
  readonly name: string;
  /** The arguments, without comments and meta-arguments. */
  readonly config: JsonMap;
  /** All that the JSON holds, comments and meta-arguments included. */
  readonly body: JsonMap;
  /** Addresses in the same stack. */
  readonly dependsOn: readonly string[];
}

export interface Stack {
  readonly name: string;
  /** The stack's `cdk.tf.json` as it was read. */
  readonly json: JsonMap;
  /** Folder that relative paths in the stack start from. */
  readonly folder: string;
  /** Stacks that are deployed before this one. */
  readonly dependencies: readonly string[];
  readonly region: string | undefined;
  /** The one account that the provider may change, if the stack says so. */
  readonly accountId: string | undefined;
  readonly resources: readonly Block[];
  /**
   * What the stack uses and does not own: its `locals`, which have types and names as resources do
   * (`local.existing_mysql.server`).
   */
  readonly existing: readonly Block[];
  readonly dataSources: readonly Block[];
  /** Expressions by output name. */
  readonly outputs: ReadonlyMap<string, Json>;
  /** Names of the stacks whose state is read, by the data source's address. */
  readonly remoteStates: ReadonlyMap<string, string>;
}

/** A stack's JSON that cannot be run here; the message names the stack and the place. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

/** What Terraform itself consumes; only these two change what is created, so they are refused. */
const META_ARGUMENTS = new Set(['//', 'depends_on', 'lifecycle', 'provider']);
const REFUSED_META_ARGUMENTS = new Set(['count', 'for_each', 'provisioner', 'connection', 'dynamic']);
const STACK_MEMBERS = new Set([
  '//',
  'terraform',
  'provider',
  'locals',
  'resource',
  'data',
  'output',
  'moved',
  'check',
]);

/**
 * Reads every stack of a synthesis.
 * @throws DeploymentError when there is none, or when a stack holds something that is not understood.
 */
export function readStacks(folder: string): readonly Stack[] {
  const manifestFile = join(folder, 'manifest.json');
  if (!existsSync(manifestFile)) {
    throw new DeploymentError(`${manifestFile} is not there. Synthesize the stacks first: npm run synth`);
  }
  const stacks = mapOf(readJson(manifestFile).stacks, `${manifestFile}: stacks`);
  return Object.entries(stacks).map(([name, entry]) => {
    const { synthesizedStackPath, workingDirectory, dependencies } = mapOf(entry, `${manifestFile}: ${name}`);
    if (typeof synthesizedStackPath !== 'string' || typeof workingDirectory !== 'string') {
      throw new DeploymentError(
        `${manifestFile}: stack ${name} has no synthesizedStackPath or workingDirectory`,
      );
    }
    const json = readJson(join(folder, synthesizedStackPath));
    return parseStack(name, json, {
      folder: join(folder, workingDirectory),
      dependencies: Array.isArray(dependencies) ? dependencies.map(String) : [],
    });
  });
}

/** @throws DeploymentError for anything in the stack that is not understood. */
export function parseStack(
  name: string,
  json: JsonMap,
  place: { readonly folder: string; readonly dependencies?: readonly string[] },
): Stack {
  for (const member of Object.keys(json)) {
    if (STACK_MEMBERS.has(member)) continue;
    throw new DeploymentError(`stack ${name}: the block "${member}" is not understood here`);
  }
  const dataSources = parseBlocks(name, json.data, 'data.');
  const remoteStates = new Map(
    dataSources
      .filter(({ type }) => type === 'terraform_remote_state')
      .map((block) => [block.address, stackOfRemoteState(block)]),
  );
  return {
    name,
    json,
    folder: place.folder,
    dependencies: [...new Set([...(place.dependencies ?? []), ...remoteStates.values()])],
    ...parseProvider(json.provider),
    resources: parseBlocks(name, json.resource, ''),
    existing: parseBlocks(name, json.locals, 'local.'),
    dataSources,
    outputs: parseOutputs(name, json.output),
    remoteStates,
  };
}

const MEMBER_BY_PREFIX = { '': 'resource', 'data.': 'data', 'local.': 'locals' } as const;

function parseBlocks(stack: string, json: Json | undefined, prefix: keyof typeof MEMBER_BY_PREFIX): Block[] {
  const types = Object.entries(mapOf(json ?? {}, `stack ${stack}: ${MEMBER_BY_PREFIX[prefix]}`));
  return types.flatMap(([type, blocks]) =>
    Object.entries(mapOf(blocks, `stack ${stack}: ${type}`)).map(([name, body]) =>
      parseBlock(stack, { type, name, address: `${prefix}${type}.${name}` }, body),
    ),
  );
}

function parseBlock(
  stack: string,
  identity: { readonly type: string; readonly name: string; readonly address: string },
  json: Json,
): Block {
  const body = mapOf(json, `stack ${stack}: ${identity.address}`);
  for (const argument of Object.keys(body)) {
    if (!REFUSED_META_ARGUMENTS.has(argument)) continue;
    throw new DeploymentError(
      `stack ${stack}: ${identity.address}.${argument} is not supported on the laptop`,
    );
  }
  const { depends_on: dependsOn = [] } = body;
  if (!Array.isArray(dependsOn) || !dependsOn.every((address) => typeof address === 'string')) {
    throw new DeploymentError(`stack ${stack}: ${identity.address}.depends_on must be a list of addresses`);
  }
  const config = Object.fromEntries(
    Object.entries(body).filter(([argument]) => !META_ARGUMENTS.has(argument)),
  );
  return { stack, ...identity, config, body, dependsOn };
}

function parseOutputs(stack: string, json: Json | undefined): ReadonlyMap<string, Json> {
  const outputs = Object.entries(mapOf(json ?? {}, `stack ${stack}: output`));
  return new Map(
    outputs.map(([name, body]) => {
      const { value } = mapOf(body, `stack ${stack}: output ${name}`);
      if (value === undefined) throw new DeploymentError(`stack ${stack}: output ${name} has no value`);
      return [name, value];
    }),
  );
}

/** With a local backend the state file, with S3 the key, is named after the stack. */
function stackOfRemoteState({ stack, address, config }: Block): string {
  const settings = mapOf(config.config ?? {}, `stack ${stack}: ${address}.config`);
  const place = config.backend === 's3' ? settings.key : settings.path;
  const name = typeof place === 'string' ? /([^/.]+)(?:\.terraform)?\.tfstate$/.exec(place)?.[1] : undefined;
  if (name === undefined) {
    throw new DeploymentError(
      `stack ${stack}: ${address} must read the state "<stack>.tfstate" of another stack by the backend "local" or "s3", got backend ${JSON.stringify(config.backend)} and ${JSON.stringify(place)}`,
    );
  }
  return name;
}

function parseProvider(json: Json | undefined): Pick<Stack, 'region' | 'accountId'> {
  const aws = mapOf(json ?? {}, 'provider').aws;
  const provider = Array.isArray(aws) ? aws[0] : aws;
  const { region, allowed_account_ids: accounts } = isMap(provider) ? provider : {};
  const accountId = Array.isArray(accounts) ? accounts[0] : undefined;
  return {
    region: typeof region === 'string' ? region : undefined,
    accountId: typeof accountId === 'string' ? accountId : undefined,
  };
}

function mapOf(json: Json | undefined, what: string): JsonMap {
  if (isMap(json)) return json;
  throw new DeploymentError(
    `${what} must be a JSON object, got: ${json === undefined ? 'nothing' : typeof json}`,
  );
}

function readJson(file: string): JsonMap {
  try {
    return mapOf(JSON.parse(readFileSync(file, 'utf8')) as Json, file);
  } catch (error) {
    throw new DeploymentError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
