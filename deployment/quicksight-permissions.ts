/** Who may do what with a data set or a dashboard of QuickSight. */
import type { Resource } from './deployment';
import { isMap, type Json, listOf, textsOf } from './json';

/** Cloud Control makes it: the bindings of the provider's own type do not know a dashboard's shape. */
export const DASHBOARD = 'aws_cloudcontrolapi_resource';
export const DATA_SET = 'aws_quicksight_data_set';

export interface QuickSightPermission {
  readonly principal: string;
  readonly actions: readonly string[];
}

/** In the order of the JSON; none where there are none. */
export function permissionsOf(resource: Resource): QuickSightPermission[] {
  const given =
    resource.type === DASHBOARD
      ? listOf(stateOf(resource).Permissions).map((one) => isMap(one) && [one.Principal, one.Actions])
      : listOf(resource.at('permissions')).map((one) => isMap(one) && [one.principal, one.actions]);
  return given.flatMap((one) =>
    one === false ? [] : [{ principal: String(one[0]), actions: textsOf(one[1]) }],
  );
}

function stateOf(resource: Resource): Readonly<Record<string, Json>> {
  const state = JSON.parse(resource.text('desired_state') || '{}') as Json;
  return isMap(state) ? (state as Readonly<Record<string, Json>>) : {};
}
