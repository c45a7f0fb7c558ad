/** The S3 twin and the warehouse twin behind the gateway, with the catalogue's tables made. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { endpointVariables } from '../../local/protocol/endpoint-variables';
import { startGateway } from '../../local/protocol/gateway';
import type { GatewayService, JsonService } from '../../local/protocol/service';
import { createDataApi } from '../../local/services/redshift/data-api/data-api';
import { openWarehouse } from '../../local/services/redshift/storage/open-warehouse';
import { S3Service } from '../../local/services/s3/s3-service';
import { BatchStore } from '../../pipeline/load/batch-store';
import type { ReplicatedTable } from '../../pipeline/tables';
import { DataApi, type DataApiConnection } from '../../pipeline/warehouse/data-api';
import { buildFormatRecords } from '../../pipeline/warehouse/formats';
import { buildWarehouseDdl } from '../../pipeline/warehouse/warehouse-ddl';

export const BUCKET = 'cdc-dev-123456789012-data';
const REGION = 'eu-central-1';
/** The caller that may do everything. */
const ADMIN = 'cdc-dev-test';

export interface WarehouseBed {
  readonly s3: S3Client;
  readonly store: BatchStore;
  readonly dataApi: DataApi;
  readonly dataApiOptions: DataApiConnection;
  /** The Data API as a role that signs in by IAM, with the rights of its database user alone. */
  dataApiAs(role: string): DataApi;
  /** What sends a handler to these twins. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface BedOptions {
  /** Those whose schemas and tables are made; none leaves the warehouse empty. */
  readonly tables: readonly ReplicatedTable[];
  readonly secrets?: JsonService;
}

export async function startWarehouseBed({ tables, secrets }: BedOptions): Promise<WarehouseBed> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-load-'));
  const s3Service = await S3Service.open(join(folder, 's3'));
  s3Service.store.createBucket(BUCKET);
  const warehouse = await openWarehouse({
    file: join(folder, 'warehouse.duckdb'),
    database: 'dev',
    fetchObject: async (bucket, key) => buffer(s3Service.store.read(bucket, key)),
  });
  const services = {
    'redshift-data': createDataApi({
      warehouse,
      clusterIdentifier: 'cdc-dev',
      userOf: ({ identity }) => (identity === ADMIN ? undefined : `IAMR:${identity}`),
    }),
    ...(secrets === undefined ? {} : { secretsmanager: secrets }),
  };
  const gateway = await startGateway({
    services: new Map<string, GatewayService>(Object.entries({ s3: s3Service, ...services })),
  });
  const credentials = gateway.registerCaller(ADMIN);
  const client = { endpoint: gateway.endpoint, region: REGION, credentials };
  const s3 = new S3Client(client);
  const redshift = new RedshiftDataClient(client);
  const dataApiOptions: DataApiConnection = {
    client: redshift,
    clusterIdentifier: 'cdc-dev',
    database: 'dev',
    remainingMs: () => 60_000,
  };
  const dataApi = new DataApi(dataApiOptions);
  if (tables.length > 0)
    await dataApi.executeBatch([...buildWarehouseDdl(tables), ...buildFormatRecords(tables)]);
  return {
    s3,
    store: new BatchStore(s3, BUCKET),
    dataApi,
    dataApiOptions,
    dataApiAs: (role) => {
      const signedIn = new RedshiftDataClient({ ...client, credentials: gateway.registerCaller(role) });
      return new DataApi({ ...dataApiOptions, client: signedIn });
    },
    environment: {
      ...endpointVariables(gateway),
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    stop: async () => {
      s3.destroy();
      redshift.destroy();
      await gateway.stop();
      await warehouse.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
