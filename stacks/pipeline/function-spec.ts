/** What the stack declares for one function: its environment, what it may do, what starts it. */
import type { Construct } from 'constructs';
import type { HandlerEnvironment, HandlerName } from '../../pipeline/handler-environment';
import type { PolicyStatement } from '../constructs/policy';
import type { PipelineInputs } from './inputs';
import type { SetUpFingerprints } from './set-up-fingerprint';
import type { Statements } from './statements';

/** What is particular to one function. */
export interface PipelineFunctionSpec<Name extends HandlerName> {
  readonly handler: Name;
  readonly description: string;
  readonly environment: HandlerEnvironment<Name>;
  readonly statements: readonly PolicyStatement[];
  /** What starts it. */
  readonly startedBy: 'schedule' | 'stream' | 'deploy' | 'person' | 'request';
  readonly talksToMysql: boolean;
  /** Retries by Lambda of a scheduled run that failed; the next run comes anyway. */
  readonly retries?: number;
}

export interface SpecContext {
  readonly scope: Construct;
  readonly inputs: PipelineInputs;
  readonly statements: Statements;
  /** What each set-up of this deployment records after it has run. */
  readonly setUps: SetUpFingerprints;
}
