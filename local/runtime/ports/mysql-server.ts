/** The port of the MySQL server: where it is, and the authority that signed its certificate. */
import { Kind } from '../registry';

export interface MysqlServer {
  readonly host: string;
  readonly port: number;
  readonly adminUser: string;
  readonly adminPassword: string;
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile: string;
  readonly flavour: 'mariadb' | 'mysql';
  stop(): Promise<void>;
}

/** By identifier of the instance. */
export const MYSQL_SERVERS = new Kind<MysqlServer>('MySQL servers');
