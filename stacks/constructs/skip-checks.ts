/** Rules of checkov that a resource does not follow, each with its reason, where every scan of the JSON finds them. */
import type { TerraformElement } from 'cdktf';

export type Skips = Readonly<Record<`CKV${string}`, string>>;

export function skipChecks(element: TerraformElement, skips: Skips): void {
  const skip = Object.entries(skips)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, comment]) => ({ id, comment }));
  if (skip.length > 0) element.addOverride('//', { checkov: { skip } });
}
