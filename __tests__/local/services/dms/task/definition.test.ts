import { TaskDefinitionError, type TaskProblem } from '../../../../../local/runtime/ports/replication-task';
import { mappedTargetName } from '../../../../../local/services/dms/task/mapping-transformations';
import {
  isSelected,
  namedTables,
  parseTableMappings,
} from '../../../../../local/services/dms/task/table-mappings';
import { parseTaskSettings } from '../../../../../local/services/dms/task/task-settings';

const selection = (id: string, action: string, schema: string, table: string, more: object = {}): object => ({
  'rule-type': 'selection',
  'rule-id': id,
  'rule-name': `rule ${id}`,
  'object-locator': { 'schema-name': schema, 'table-name': table },
  'rule-action': action,
  ...more,
});

const transformation = (
  id: string,
  target: string,
  action: string,
  locator: object,
  more: object = {},
): object => ({
  'rule-type': 'transformation',
  'rule-id': id,
  'rule-name': `rule ${id}`,
  'rule-target': target,
  'rule-action': action,
  'object-locator': locator,
  ...more,
});

function mappingProblems(...rules: object[]): string[] {
  const problems: TaskProblem[] = [];
  parseTableMappings(JSON.stringify({ rules }), problems);
  return problems.map(({ where, message }) => `${where}: ${message}`);
}

function settingsProblems(settings: unknown): string[] {
  const problems: TaskProblem[] = [];
  parseTaskSettings(settings, problems);
  return problems.map(({ where, message }) => `${where}: ${message}`);
}

describe('table mappings', () => {
  const mappingsOf = (...rules: readonly object[]) => parseTableMappings({ rules }, []);

  it('name the tables that are asked for one by one', () => {
    const mappings = mappingsOf(
      selection('1', 'include', 'bank', 'my[_]txns'),
      selection('2', 'include', 'bank', 'my_txns'),
      selection('3', 'include', 'ba%', 'orders'),
      selection('4', 'include', 'shop', 'orders.2024[%]'),
      selection('5', 'include', 'shop', 'line[ab]'),
      selection('6', 'exclude', 'shop', 'audit'),
      selection('7', 'explicit', 'shop', 'a_b'),
    );
    expect(namedTables(mappings)).toEqual([
      { database: 'bank', table: 'my_txns' },
      { database: 'shop', table: 'orders.2024%' },
      { database: 'shop', table: 'a_b' },
    ]);
  });

  it.each([
    ['bank', 'txns', true],
    ['bank', 'txns_2024', true],
    ['bank', 'txns_tmp', false],
    ['bank', 'audit', true],
    ['bank', 'audits', false],
    ['other', 'txns', false],
    ['shop1', 'orders', true],
    ['shop12', 'orders', false],
    ['a_b', 'x', true],
    ['aXb', 'x', false],
  ])('select %s.%s: %s', (schema, table, expected) => {
    const mappings = mappingsOf(
      selection('1', 'include', 'bank', 'txns%'),
      selection('2', 'exclude', 'bank', '%tmp'),
      selection('3', 'explicit', 'bank', 'audit'),
      selection('4', 'include', 'shop_', '%'),
      selection('5', 'include', 'a[_]b', '%'),
    );
    expect(isSelected(mappings, schema, table)).toBe(expected);
  });

  it('transform names in the order of their rules', () => {
    const { transformations } = parseTableMappings(
      {
        rules: [
          selection('1', 'include', '%', '%'),
          transformation('2', 'schema', 'rename', { 'schema-name': 'bank' }, { value: 'Dw' }),
          transformation('3', 'schema', 'rename', { 'schema-name': 'ba%' }, { value: 'dw' }),
          transformation('4', 'table', 'rename', { 'schema-name': '%', 'table-name': 'T%' }, { value: 'x' }),
          transformation(
            '5',
            'table',
            'rename',
            { 'schema-name': 'other', 'table-name': '%' },
            { value: 'y' },
          ),
          transformation('6', 'column', 'remove-column', {
            'schema-name': '%',
            'table-name': '%',
            'column-name': 'secret%',
          }),
        ],
      },
      [],
    );
    expect(mappedTargetName(transformations, 'schema', { schema: 'bank' })).toBe('dw');
    expect(mappedTargetName(transformations, 'table', { schema: 'bank', table: 'Txns' })).toBe('x');
    expect(
      mappedTargetName(transformations, 'column', { schema: 'b', table: 't', column: 'secret_no' }),
    ).toBeUndefined();
    expect(mappedTargetName(transformations, 'column', { schema: 'b', table: 't', column: 'open' })).toBe(
      'open',
    );
  });

  it('that the twin cannot honour are refused, all at once, by rule and property', () => {
    expect(
      mappingProblems(
        selection('1', 'include', 'bank', '%', { filters: [{ 'filter-type': 'source' }] }),
        selection('12', 'exclude', 'bank', 'x', {
          filters: [
            {
              'filter-type': 'target',
              'column-name': 'a',
              'filter-conditions': [
                { 'filter-operator': 'like', value: '%' },
                { 'filter-operator': 'between', value: '1', 'end-value': '2' },
              ],
            },
          ],
        }),
        selection('2', 'explicit', 'bank', 'tx%'),
        selection('2', 'keep', 'bank', 'x'),
        transformation('4', 'tablespace', 'rename', { 'schema-name': '%' }, { value: 'x' }),
        transformation('5', 'column', 'add-column', { 'schema-name': '%', 'table-name': '%' }),
        transformation('6', 'table', 'rename', { 'schema-name': '%', 'table-name': '%' }),
        transformation('7', 'column', 'include-column', { 'schema-name': '%' }),
        transformation('10', 'table', 'data-masking-hash-mask', { 'schema-name': '%', 'table-name': '%' }),
        transformation('11', 'column', 'data-masking-digits-randomize', { 'schema-name': '%' }),
        { 'rule-type': 'table-settings', 'rule-id': '8' },
        selection('9', 'include', 'bank', '%', { 'load-order': '2' }),
      ),
    ).toEqual([
      'rule-id 1, filters: DMS filters rows only of tables with exact names, without %',
      'rule-id 1, filters.0, column-name: must be the name of a column',
      'rule-id 12, filters: DMS filters rows only where rule-action is include',
      'rule-id 12, filters.0, filter-type: must be source, got: "target"',
      'rule-id 12, filters.0, filter-conditions.0, filter-operator: must be one of ste, eq, noteq, lte, gte, between, notbetween, null, notnull, got: "like"',
      'rule-id 12, filters.0, filter-conditions.1, value: the twin does not know this property',
      'rule-id 12, filters.0, filter-conditions.1, start-value: between needs it, as a text',
      'rule-id 2, object-locator: an explicit rule names one table, without %',
      'rule-id 2: another rule has the same rule-id',
      'rule-id 2, rule-action: must be one of include, exclude, explicit, got: "keep"',
      'rule-id 4, rule-target: must be one of schema, table, column, got: "tablespace"',
      'rule-id 5, rule-action: the twin cannot do "add-column"',
      'rule-id 6, value: rename needs it',
      'rule-id 7, rule-action: the twin cannot do "include-column"',
      'rule-id 10, rule-target: data-masking-hash-mask applies to a column, got: table',
      'rule-id 11, rule-action: the twin cannot do "data-masking-digits-randomize"',
      'rule-id 8, rule-type: the twin knows selection and transformation, got: "table-settings"',
      'rule-id 9, load-order: the twin does not know this property',
    ]);
  });

  it.each([
    ['not JSON', '{', 'text: is not JSON'],
    ['no rules', '{}', 'rules: must be a list of rules'],
    [
      'only exclusions',
      { rules: [selection('1', 'exclude', '%', '%')] },
      'rules: no selection rule includes a table, so that the task would replicate nothing',
    ],
  ])('with %s are refused', (_name, mappings, problem) => {
    const problems: TaskProblem[] = [];
    parseTableMappings(mappings, problems);
    expect(problems.map(({ where, message }) => `${where}: ${message}`)).toContain(problem);
  });
});

describe('task settings', () => {
  it('as a stack gives them are followed, and what means nothing here is listed with its reason', () => {
    const problems: TaskProblem[] = [];
    const settings = parseTaskSettings(
      JSON.stringify({
        TargetMetadata: {
          SupportLobs: true,
          FullLobMode: false,
          LimitedSizeLobMode: true,
          LobMaxSize: 32,
          BatchApplyEnabled: true,
        },
        FullLoadSettings: {
          TargetTablePrepMode: 'TRUNCATE_BEFORE_LOAD',
          MaxFullLoadSubTasks: 8,
          CommitRate: 500,
        },
        ChangeProcessingTuning: {
          BatchApplyTimeoutMin: 2,
          BatchApplyTimeoutMax: 9,
          BatchApplyMemoryLimit: 5,
        },
        ErrorBehavior: { DataErrorPolicy: 'STOP_TASK', ApplyErrorInsertPolicy: 'INSERT_RECORD' },
        ControlTablesSettings: { ControlSchema: 'dms_control', HistoryTableEnabled: true },
        ValidationSettings: { EnableValidation: false },
        Logging: { EnableLogging: true },
        BeforeImageSettings: null,
      }),
      problems,
    );
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      prepareTarget: 'TRUNCATE_BEFORE_LOAD',
      commitRate: 500,
      batchTimeoutMinSeconds: 2,
      batchTimeoutMaxSeconds: 9,
      batchMemoryBytes: 5 * 1024 * 1024,
      maxLobBytes: 32 * 1024,
      controlSchema: 'dms_control',
      dataErrorPolicy: 'STOP_TASK',
      truncationErrorPolicy: 'LOG_ERROR',
    });
    expect(settings.withoutMeaning.map(({ name }) => name)).toEqual([
      'FullLoadSettings.MaxFullLoadSubTasks',
      'ControlTablesSettings.HistoryTableEnabled',
      'ValidationSettings.EnableValidation',
      'Logging.EnableLogging',
    ]);
  });

  it('that the twin cannot honour are refused, all at once, by name', () => {
    expect(
      settingsProblems({
        FullLoadSettings: { TargetTablePrepMode: 'DROP_AND_CREATE', CommitRate: '10000' },
        TargetMetadata: { FullLobMode: true, Sharding: 3 },
        ErrorBehavior: { DataErrorPolicy: 'CARRY_ON' },
        ControlTablesSettings: { ControlSchema: 'no good' },
        CharacterSetSettings: { CharacterSetSupport: null },
        Surprise: { A: 1 },
      }),
    ).toEqual([
      'CharacterSetSettings: the twin cannot honour these settings; leave them out',
      'FullLoadSettings.TargetTablePrepMode: the twin can honour "DO_NOTHING" or "TRUNCATE_BEFORE_LOAD", got: "DROP_AND_CREATE"',
      'FullLoadSettings.CommitRate: must be a whole number from 1 to 50000, got: "10000"',
      'TargetMetadata.FullLobMode: the twin can honour false, got: true',
      'TargetMetadata.Sharding: the twin does not know this setting',
      'ErrorBehavior.DataErrorPolicy: the twin can honour "IGNORE_RECORD" or "LOG_ERROR" or "SUSPEND_TABLE" or "STOP_TASK", got: "CARRY_ON"',
      'ControlTablesSettings.ControlSchema: must be a schema name, got: "no good"',
      'Surprise.A: the twin does not know this setting',
    ]);
  });

  it('decide how many changes are applied together, and how often the task connects again', () => {
    const parsed = (given: object) => parseTaskSettings(JSON.stringify(given), []);
    expect(parsed({})).toMatchObject({
      batchApply: false,
      batchSplitSize: undefined,
      recoverableErrorCount: undefined,
    });
    expect(
      parsed({
        TargetMetadata: { BatchApplyEnabled: true },
        ChangeProcessingTuning: { BatchSplitSize: 500 },
        ErrorBehavior: { RecoverableErrorCount: 0 },
      }),
    ).toMatchObject({ batchApply: true, batchSplitSize: 500, recoverableErrorCount: 0 });
    expect(parsed({ ErrorBehavior: { RecoverableErrorCount: -1 } }).recoverableErrorCount).toBeUndefined();
  });

  it('are listed with a reason for a value that means nothing here, and refused for one that is not followed', () => {
    const problems: TaskProblem[] = [];
    const { withoutMeaning } = parseTaskSettings(
      JSON.stringify({
        ErrorBehavior: { ApplyErrorInsertPolicy: 'STOP_TASK', ApplyErrorUpdatePolicy: 'LOG_ERROR' },
      }),
      problems,
    );
    expect(problems).toEqual([]);
    expect(withoutMeaning).toEqual([
      {
        name: 'ErrorBehavior.ApplyErrorInsertPolicy',
        reason: expect.stringMatching(/^Redshift enforces no key/),
      },
      {
        name: 'ErrorBehavior.ApplyErrorUpdatePolicy',
        reason: expect.stringMatching(/^the twin writes the row as it is after the update/),
      },
    ]);
    expect(
      settingsProblems({
        ErrorBehavior: { ApplyErrorInsertPolicy: 'UPDATE_RECORD', ApplyErrorUpdatePolicy: 'SUSPEND_TABLE' },
      }),
    ).toEqual([
      'ErrorBehavior.ApplyErrorInsertPolicy: the twin knows "INSERT_RECORD" or "LOG_ERROR" or "SUSPEND_TABLE" or "STOP_TASK", got: "UPDATE_RECORD"',
      'ErrorBehavior.ApplyErrorUpdatePolicy: the twin knows "UPDATE_RECORD" or "LOG_ERROR", got: "SUSPEND_TABLE"',
    ]);
  });

  it('and mappings are reported together, each with its property', () => {
    const error = new TaskDefinitionError([
      { property: 'table_mappings', where: 'rules', message: 'a' },
      { property: 'replication_task_settings', where: 'X.Y', message: 'b' },
    ]);
    expect(error.message).toBe('table_mappings: rules: a\nreplication_task_settings: X.Y: b');
  });
});
