/** Which warehouse the Data API is asked for: a provisioned cluster or a serverless workgroup, by name. */

export type WarehouseName =
  | { readonly clusterIdentifier: string; readonly workgroupName?: undefined }
  | { readonly workgroupName: string; readonly clusterIdentifier?: undefined };

/** The members of a Data API request that name it. One that names both is refused by the service. */
export const warehouseMember = (target: WarehouseName) =>
  target.workgroupName === undefined
    ? { ClusterIdentifier: target.clusterIdentifier }
    : { WorkgroupName: target.workgroupName };

/**
 * The target as a handler's environment names it.
 * @param settings parsed, so that exactly one of the two is there
 */
export function warehouseNameOf(settings: {
  readonly CLUSTER_IDENTIFIER?: string | undefined;
  readonly WORKGROUP_NAME?: string | undefined;
}): WarehouseName {
  const { CLUSTER_IDENTIFIER: clusterIdentifier, WORKGROUP_NAME: workgroupName } = settings;
  if (workgroupName !== undefined) return { workgroupName };
  if (clusterIdentifier !== undefined) return { clusterIdentifier };
  throw new Error('the settings of a handler name neither a cluster nor a workgroup: they were not parsed');
}
