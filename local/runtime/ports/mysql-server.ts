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
  /** Somebody else's: nothing of it is changed, whatever its login may do. */
  readonly isReadOnly?: true;
  /** Until it was ended on purpose; also after it ended by itself, which ends the run. */
  isUp(): boolean;
  /** On purpose, to see the rest recover: in order, or without warning. A second call does nothing. */
  end(how: 'stop' | 'kill'): Promise<void>;
  /** After `end`: on the same port, with the same data. While it is up it does nothing. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

/** By identifier of the instance. */
export const MYSQL_SERVERS = new Kind<MysqlServer>('MySQL servers');
