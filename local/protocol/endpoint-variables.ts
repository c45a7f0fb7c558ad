/**
 * The environment that sends an unchanged SDK to the gateway, whatever service it calls (AWS SDKs and tools reference
 * guide, "Service-specific endpoints"): a service without a twin is refused there by name, rather than called in AWS.
 */
export const endpointVariables = (gateway: { readonly endpoint: string }): Record<string, string> => ({
  AWS_ENDPOINT_URL: gateway.endpoint,
});
