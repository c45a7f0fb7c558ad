/** What AWS checks for one call: the action, the resource, and the condition keys that the service adds. */

export interface Access {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** An access without condition keys of its own. */
export const plainAccess = (action: string, resource: string): Access => ({ action, resource, context: {} });

/** The use of a key that `service` makes for its caller; none when AWS owns the key (AWS KMS developer guide, `kms:ViaService`). */
export function keyAccess(
  facts: { readonly region: string },
  service: string,
  key: string | undefined,
  actions: readonly string[],
): Access[] {
  if (key === undefined) return [];
  const context = { 'kms:ViaService': `${service}.${facts.region}.amazonaws.com` };
  return actions.map((action) => ({ action, resource: key, context }));
}
