/** The user by which QuickSight reads the views for analysts: its password is only in its secret, its rights are only the role's. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DataApi } from './data-api';
import { BI_ROLE } from './settle-bi-views';
import { quoteIdentifier, quoteLiteral } from './sql-text';
import { buildPasswordUser, keepPassword, readExistingUsers, type WarehouseAddress } from './warehouse-users';

const BI_USER = 'cdc_quicksight';

export interface BiUserOptions {
  /** Connected as the admin. */
  readonly dataApi: DataApi;
  readonly secrets: SecretsManagerClient;
  readonly secretArn: string;
  readonly address: WarehouseAddress;
}

/**
 * After the views, which make the role. Running it again changes nothing.
 * @returns the user's name
 * @throws what {@link keepPassword} and the Data API client throw
 */
export async function settleBiUser({ dataApi, secrets, secretArn, address }: BiUserOptions): Promise<string> {
  const password = await keepPassword(secrets, secretArn, BI_USER, address);
  const existing = await readExistingUsers(dataApi, [BI_USER]);
  await dataApi.executeBatch(
    [
      buildPasswordUser(BI_USER, password, existing.has(BI_USER)),
      ...((await isReader(dataApi))
        ? []
        : [`GRANT ROLE ${quoteIdentifier(BI_ROLE)} TO ${quoteIdentifier(BI_USER)}`]),
    ],
    { name: 'prepare/bi-user' },
  );
  return BI_USER;
}

async function isReader(dataApi: DataApi): Promise<boolean> {
  const grants = await dataApi.readRows(
    `SELECT role_name FROM svv_user_grants WHERE user_name = ${quoteLiteral(BI_USER)} AND role_name = ${quoteLiteral(BI_ROLE)}`,
  );
  return grants.length > 0;
}
