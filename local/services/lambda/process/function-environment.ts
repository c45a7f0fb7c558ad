/** The environment of a function: what its stack gives it, what Lambda adds, and nothing of the user's own. */
import { devNull, tmpdir } from 'node:os';

export interface FunctionEnvironmentOptions {
  readonly name: string;
  readonly handler: string;
  readonly memoryMb: number;
  readonly region: string;
  /** As the stack declares it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** `AWS_ENDPOINT_URL`. */
  readonly endpointVariables?: Readonly<Record<string, string>>;
  /** The authority that signs the laptop's servers; takes the place of the one in `NODE_EXTRA_CA_CERTS`. */
  readonly caFile?: string;
}

/** AWS Lambda developer guide, "Reserved environment variables". */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.+|AWS_(ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

/** Reserved by name pattern, but free to be set. */
const NOT_RESERVED = ['AWS_LAMBDA_EXEC_WRAPPER', 'AWS_LAMBDA_LOG_LEVEL'];

/** @throws Error when the stack sets what Lambda reserves, as its API would */
export function buildFunctionEnvironment(
  options: FunctionEnvironmentOptions,
  codeFolder: string,
): Record<string, string> {
  const reserved = Object.keys(options.environment).filter(
    (name) => RESERVED.test(name) && !NOT_RESERVED.includes(name),
  );
  if (reserved.length > 0) {
    throw new Error(
      `the function ${options.name} cannot have these environment variables, Lambda reserves them: ${reserved.join(', ')}`,
    );
  }
  const { environment, caFile } = options;
  const ownAuthority = environment.NODE_EXTRA_CA_CERTS !== undefined && caFile !== undefined;
  return {
    ...machineVariables(),
    ...environment,
    ...(ownAuthority ? { NODE_EXTRA_CA_CERTS: caFile } : {}),
    ...lambdaVariables(options, codeFolder),
    ...options.endpointVariables,
  };
}

function machineVariables(): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    TMPDIR: tmpdir(),
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    // The SDK would otherwise find the user's own profile, or ask the network for credentials.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    // The version of Node.js on this machine is no concern of a function, which runs on its own in Lambda.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

function lambdaVariables(options: FunctionEnvironmentOptions, codeFolder: string): Record<string, string> {
  const { name, region, credentials } = options;
  return {
    _HANDLER: options.handler,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(options.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'laptop',
    LAMBDA_TASK_ROOT: codeFolder,
  };
}
