/** What of the seed data this deployment writes: into its own tables, and into others only where a setting allows it by name. */
import { type IngestHandler, ingestedTables } from '../pipeline/ingested-tables';
import type { Settings } from './settings-schema';

export type DeployedIngest = ReturnType<typeof ingestedTables>[number];

/** Whether there is a user of MySQL that ingests. */
export const mayWriteRows = ({ mysql }: Pick<Settings, 'mysql'>): boolean =>
  mysql.kind === 'new' || mysql.mayChange.includes('rows');

export function deployedIngests({ mysql, dynamodb }: Settings): DeployedIngest[] {
  return ingestedTables().filter(({ source, name }) => {
    if (source === 'mysql') return mayWriteRows({ mysql });
    return dynamodb.existing?.[name]?.mayChange.includes('items') ?? true;
  });
}

export const isDeployed = (settings: Settings, ingest: IngestHandler): boolean =>
  deployedIngests(settings).some(({ handler }) => handler === ingest);
