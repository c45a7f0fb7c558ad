/** The Data API as a handler reaches it: the warehouse that its environment names, for as long as its run has. */
import type { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { DataApi } from './data-api';
import { warehouseNameOf } from './warehouse-name';

/** Of a handler's environment, parsed, so that exactly one of the first two is there. */
interface WarehouseSettings {
  readonly CLUSTER_IDENTIFIER?: string | undefined;
  readonly WORKGROUP_NAME?: string | undefined;
  readonly DATABASE_NAME: string;
}

interface HandlerDataApiOptions {
  readonly client: RedshiftDataClient;
  /** Until Lambda ends the run. */
  readonly remainingMs: () => number;
  /** Without it, the caller's own role signs in. */
  readonly secretArn?: string;
}

export function handlerDataApi(settings: WarehouseSettings, options: HandlerDataApiOptions): DataApi {
  return new DataApi({ ...options, ...warehouseNameOf(settings), database: settings.DATABASE_NAME });
}
