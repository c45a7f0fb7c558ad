/** What a deploy tells the functions that it invokes: what Terraform is doing with their invocation. */
import * as z from 'zod';
import { PipelineError } from './errors';
import { STARTED_BY_DEPLOY } from './handler-environment';

/** Terraform's own words; `delete` means that the deployment is being destroyed. */
export type DeployAction = 'create' | 'update' | 'delete';

export interface DeployEvent {
  /** Undefined when someone invoked the function manually. */
  readonly action: DeployAction | undefined;
}

/**
 * An invocation with `lifecycle_scope = "CRUD"` carries the action under `tf` (provider documentation,
 * aws_lambda_invocation). On `delete` set-up has nothing to do: the databases go next, and may be gone.
 */
const EVENT = z.object({
  tf: z.object({ action: z.enum(['create', 'update', 'delete']) }).optional(),
});

/** @returns whether Terraform invoked the function, as the last step of a deploy. */
export const isStartedByDeploy = (event: unknown): boolean =>
  z.object({ startedBy: z.literal(STARTED_BY_DEPLOY.startedBy) }).safeParse(event).success;

/**
 * Parses the event of a function that a deploy invokes.
 * @throws PipelineError SETTINGS_INVALID (halt) for an action that Terraform does not know: nothing was done.
 */
export function parseDeployEvent(event: unknown): DeployEvent {
  const parsed = EVENT.safeParse(event ?? {});
  if (parsed.success) return { action: parsed.data.tf?.action };
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`);
  throw new PipelineError({
    code: 'SETTINGS_INVALID',
    disposition: 'halt',
    message: `the event does not say what the deploy is doing: ${problems.join('; ')}. Usually it was written by hand; use {} to run set-up.`,
    context: { problemCount: problems.length },
  });
}
