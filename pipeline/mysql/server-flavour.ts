/** Which of the two servers that speak MySQL's protocol one is. */

export type ServerFlavour = 'mariadb' | 'mysql';

/** @param version as the server or its binlog has it: `9.7.4`, `10.11.14-MariaDB-log` */
export const flavourOf = (version: string): ServerFlavour => (/mariadb/i.test(version) ? 'mariadb' : 'mysql');
