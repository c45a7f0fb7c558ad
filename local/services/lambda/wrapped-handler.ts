/** A layer that wraps a function's handler: the laptop has no layers, and runs what the wrapper would run. */
import type { ResourceArguments } from '../../../deployment/resource-arguments';

export interface WrappedHandler {
  /** Of the bundle. */
  readonly handler: string;
  /** The secret that an extension of the layer reads as the function. */
  readonly secretArn?: string;
}

/** New Relic's, for functions that are CommonJS. */
const WRAPPER = 'newrelic-lambda-wrapper.handler';
/** Without these its agent or its extension ends with an error (New Relic documentation, "Environment variables for Lambda monitoring"). */
const NEEDED = ['NEW_RELIC_LAMBDA_HANDLER', 'NEW_RELIC_ACCOUNT_ID', 'NEW_RELIC_LICENSE_KEY_SECRET'];

/** @throws DeploymentError for a layer that the laptop does not know, and for one without what it needs */
export function unwrapHandler(resource: ResourceArguments): WrappedHandler {
  const handler = resource.text('handler');
  const layers = resource.list('layers').map(String);
  if (layers.length === 0) {
    if (handler === WRAPPER)
      throw resource.refusal('handler', `${WRAPPER}, which is in a layer that layers does not name`);
    return { handler };
  }
  const isKnown = handler === WRAPPER && layers.length === 1 && /:layer:NewRelicNodeJS/.test(layers.join());
  if (!isKnown) {
    throw resource.refusal(
      'layers',
      `${layers.join(', ')} with the handler ${handler}, where the laptop knows only New Relic's layer with ${WRAPPER}`,
    );
  }
  const variables = resource.texts('environment.variables');
  const missing = NEEDED.filter((name) => !variables[name]);
  if (missing.length > 0)
    throw resource.refusal('environment.variables', `none of ${missing.join(', ')}, which the layer needs`);
  return {
    handler: variables.NEW_RELIC_LAMBDA_HANDLER!,
    secretArn: variables.NEW_RELIC_LICENSE_KEY_SECRET!,
  };
}
