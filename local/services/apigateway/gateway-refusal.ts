/** What the gateway answers itself; its form is in the document. */

/** By type: the status, and what the header `x-amzn-errortype` says (seen in answers of API Gateway). */
const KINDS = {
  BAD_REQUEST_PARAMETERS: [400, 'BadRequestException'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'MissingAuthenticationTokenException'],
  INVALID_API_KEY: [403, 'ForbiddenException'],
  INVALID_SIGNATURE: [403, 'InvalidSignatureException'],
  REQUEST_TOO_LARGE: [413, 'RequestTooLargeException'],
  THROTTLED: [429, 'TooManyRequestsException'],
  API_CONFIGURATION_ERROR: [500, 'InternalServerErrorException'],
  DEFAULT_5XX: [502, 'InternalServerErrorException'],
  INTEGRATION_TIMEOUT: [504, 'InternalServerErrorException'],
} as const;

export type GatewayRefusalType = keyof typeof KINDS;

export class GatewayRefusal extends Error {
  override readonly name = 'GatewayRefusal';

  constructor(
    readonly type: GatewayRefusalType,
    message: string,
  ) {
    super(message);
  }

  get status(): number {
    return KINDS[this.type][0];
  }

  get errorType(): string {
    return KINDS[this.type][1];
  }
}
