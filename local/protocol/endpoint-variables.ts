/**
 * The environment that sends an unchanged SDK to the gateway: `AWS_ENDPOINT_URL_<SERVICE>`, where the service is its
 * SDK id in capitals with `_` for blanks (AWS SDKs and tools reference guide, "Service-specific endpoints").
 */
const SERVICES = [
  'S3',
  'DYNAMODB',
  'DYNAMODB_STREAMS',
  'REDSHIFT_DATA',
  'SECRETS_MANAGER',
  'DATABASE_MIGRATION_SERVICE',
] as const;

export function endpointVariables(gateway: { readonly endpoint: string }): Record<string, string> {
  const perService = SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, gateway.endpoint] as const);
  return {
    ...Object.fromEntries(perService),
    // Any other service comes here too and is refused by name, rather than called in AWS.
    AWS_ENDPOINT_URL: gateway.endpoint,
  };
}
