/** One Lambda function of the pipeline with its role, its log group and, if an event starts it, its dead letters. */
import { join } from 'node:path';
import type { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config';
import { Construct } from 'constructs';
import type { HandlerEnvironment, HandlerName } from '../../pipeline/handler-environment';
import { DeadLetterQueue } from './dead-letter-queue';
import { addFileAsset } from './file-asset';
import { functionStatements } from './function-statements';
import { addLogGroup } from './log-group';
import { type FunctionLayer, newRelicLayer } from './new-relic-layer';
import { buildLambdaTrustPolicy, type PolicyStatement } from './policy';
import { Role } from './role';
import { type Skips, skipChecks } from './skip-checks';
import { stackOf } from './stack-of';

export interface PipelineFunctionProps<Name extends HandlerName> {
  readonly handler: Name;
  readonly description: string;
  readonly environment: HandlerEnvironment<Name>;
  /** What it may do besides logging, tracing and sending its own dead letters. */
  readonly statements: readonly PolicyStatement[];
  readonly timeoutSeconds: number;
  /** The maximum number of concurrent runs; absent for as many as there is work for. */
  readonly concurrency?: number;
  /** It answers requests of the API, whose limits are those of its runs. */
  readonly isOnRequest?: boolean;
  /** Present for a function that talks to MySQL. */
  readonly vpc?: { readonly subnetIds: string[]; readonly securityGroupId: string };
  /** Present for a function that an event starts: what happens to an event that it fails. */
  readonly events?: EventHandling;
}

export interface EventHandling {
  /** Retries by Lambda itself of an event that came from a schedule; absent for a stream, which retries by itself. */
  readonly schedule?: { readonly maxAgeSeconds: number; readonly retries: number };
}

export interface FunctionSurroundings {
  readonly keyArn: string;
  readonly bundleFolder: string;
}

/** What the bundle exports. */
const HANDLER = 'index.handler';

/** Lambda trusts RDS through this file; the bundle contains no certificates. */
const RDS_AUTHORITIES_IN_LAMBDA = '/var/runtime/ca-cert.pem';

export class PipelineFunction<Name extends HandlerName = HandlerName> extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;
  readonly deadLetters?: DeadLetterQueue;
  readonly timeoutSeconds: number;
  /** Its own environment variables, without those that all functions get. */
  readonly environment: HandlerEnvironment<Name>;
  /** Base64 of the SHA-256 of the bundle. */
  readonly codeHash: string;

  constructor(
    scope: Construct,
    private readonly props: PipelineFunctionProps<Name>,
    surroundings: FunctionSurroundings,
  ) {
    super(scope, props.handler);
    const { names } = stackOf(this);
    const name = names.function(props.handler);
    const { keyArn, bundleFolder } = surroundings;
    if (props.events !== undefined) {
      this.deadLetters = new DeadLetterQueue(this, 'dead-letters', {
        name: names.deadLetters(props.handler),
        keyArn,
      });
    }
    this.logGroup = addLogGroup(this, 'log_group', { name: `/aws/lambda/${name}`, keyArn });
    const layer = newRelicLayer(this, { handler: HANDLER, isInVpc: props.vpc !== undefined });
    const role = new Role(this, 'execution', {
      name,
      description: `Function ${name}`,
      trustPolicy: buildLambdaTrustPolicy(),
      statements: [
        ...functionStatements(this, { ...props, keyArn, deadLetters: this.deadLetters }),
        ...props.statements,
        ...(layer?.statements ?? []),
      ],
    });
    const bundle = addFileAsset(
      this,
      'bundle',
      join(bundleFolder, `${props.handler}.zip`),
      'run `npm run bundle` first, which bundles the functions in handlers/',
    );
    this.codeHash = bundle.sha256Base64;
    this.timeoutSeconds = props.timeoutSeconds;
    this.environment = props.environment;
    this.function = new LambdaFunction(this, 'function', {
      functionName: name,
      description: props.description,
      role: role.arn,
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: layer?.handler ?? HANDLER,
      ...(layer === undefined ? {} : { layers: layer.layers }),
      filename: bundle.path,
      sourceCodeHash: bundle.sha256Base64,
      ...this.limits(),
      kmsKeyArn: keyArn,
      environment: { variables: this.variables(layer) },
      loggingConfig: {
        logFormat: 'JSON',
        logGroup: this.logGroup.name,
        applicationLogLevel: stackOf(this).settings.logLevel,
        systemLogLevel: 'WARN',
      },
      tracingConfig: { mode: 'Active' },
      ...this.vpcConfig(),
      dependsOn: [role.policy],
    });
    skipChecks(this.function, this.skips());
    this.addEventConfig();
  }

  private skips(): Skips {
    const { vpc, events, concurrency } = this.props;
    const isReserved = stackOf(this).settings.reserveConcurrency && concurrency !== undefined;
    return {
      CKV_AWS_116:
        events === undefined
          ? 'whoever invokes it waits for its result'
          : 'failed events go to its queue, with the reason, through an on-failure destination',
      CKV_AWS_272: 'the bundle is built from this repository, and the plan shows its hash',
      ...(vpc === undefined ? { CKV_AWS_117: 'it calls only AWS services, which need no VPC' } : {}),
      ...(isReserved ? {} : { CKV_AWS_115: this.whyUnreserved() }),
    };
  }

  private whyUnreserved(): string {
    if (this.props.isOnRequest === true) return 'it runs once per request, which the API limits';
    return this.props.concurrency === undefined
      ? 'it runs once per shard and batch, which limits it'
      : 'this account has no concurrency to reserve';
  }

  private limits() {
    const { settings } = stackOf(this);
    const { handler, timeoutSeconds, concurrency } = this.props;
    return {
      memorySize: settings.functions[handler].memoryMb,
      timeout: timeoutSeconds,
      ...(settings.reserveConcurrency && concurrency !== undefined
        ? { reservedConcurrentExecutions: concurrency }
        : {}),
    };
  }

  private variables(layer: FunctionLayer | undefined): Record<string, string> {
    const { names, settings } = stackOf(this);
    const { handler, environment, vpc } = this.props;
    return {
      ...environment,
      POWERTOOLS_SERVICE_NAME: handler,
      POWERTOOLS_METRICS_NAMESPACE: names.metricsNamespace,
      POWERTOOLS_LOG_LEVEL: settings.logLevel,
      NODE_OPTIONS: '--enable-source-maps',
      ...(vpc === undefined ? {} : { NODE_EXTRA_CA_CERTS: RDS_AUTHORITIES_IN_LAMBDA }),
      ...layer?.variables,
    };
  }

  private vpcConfig() {
    const { vpc } = this.props;
    if (vpc === undefined) return {};
    return {
      vpcConfig: { subnetIds: vpc.subnetIds, securityGroupIds: [vpc.securityGroupId] },
      // Lambda keeps network interfaces for a while after a function is deleted, and they would block deletion of the group.
      replaceSecurityGroupsOnDestroy: true,
    };
  }

  /** Without it, Lambda would retry an event for six hours and then drop it. */
  private addEventConfig(): void {
    const schedule = this.props.events?.schedule;
    if (schedule === undefined) return;
    new LambdaFunctionEventInvokeConfig(this, 'events', {
      functionName: this.function.functionName,
      maximumEventAgeInSeconds: schedule.maxAgeSeconds,
      maximumRetryAttempts: schedule.retries,
      destinationConfig: { onFailure: { destination: this.deadLetters!.arn } },
      dependsOn: [this.deadLetters!.queue],
    });
  }
}
