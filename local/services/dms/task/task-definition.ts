/** What the JSON says of a task: its mappings and settings, with every rule that cannot be honoured. */
import {
  type ReplicationTaskOptions,
  TaskDefinitionError,
  type TaskProblem,
} from '../../../runtime/ports/replication-task';
import { parseTableMappings, type TableMappings } from './table-mappings';
import { parseTaskSettings, type TaskSettings } from './task-settings';

/** @throws TaskDefinitionError listing every rule and setting that cannot be honoured. */
export function parseDefinition(options: ReplicationTaskOptions): {
  mappings: TableMappings;
  settings: TaskSettings;
} {
  const problems: TaskProblem[] = [];
  if (options.migrationType !== 'full-load-and-cdc') {
    problems.push({
      property: 'migration_type',
      where: 'value',
      message: `the twin runs full-load-and-cdc, got: ${options.migrationType}`,
    });
  }
  const mappings = parseTableMappings(options.tableMappings, problems);
  const settings = parseTaskSettings(options.settings, problems);
  if (problems.length > 0) throw new TaskDefinitionError(problems);
  return { mappings, settings };
}
