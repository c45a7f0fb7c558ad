/**
 * `replication_task_settings` of a replication task (AWS DMS user guide, "Specifying task settings for AWS DMS").
 * Three kinds: settings that the twin follows; settings that mean nothing on a laptop, each with its reason; and
 * everything else, which is refused by name, so that a stack never relies on what did not happen here.
 */

import { ownValue } from '../../../../pipeline/values/own-value';
import type { TaskProblem } from '../../../runtime/ports/replication-task';
import { isRecord, type JsonRecord, type Report } from './mapping-rule';

/** What happens to a row that its target cannot hold. */
export type RowErrorPolicy = 'IGNORE_RECORD' | 'LOG_ERROR' | 'SUSPEND_TABLE' | 'STOP_TASK';

export interface TaskSettings {
  readonly prepareTarget: 'DO_NOTHING' | 'TRUNCATE_BEFORE_LOAD';
  /** Rows that are written together while a table is copied. */
  readonly commitRate: number;
  /** False: each source transaction is committed by itself. */
  readonly batchApply: boolean;
  /** Changes that are applied together at most; undefined: no limit of its own. */
  readonly batchSplitSize: number | undefined;
  /** The least and the most time between two commits of changes. */
  readonly batchTimeoutMinSeconds: number;
  readonly batchTimeoutMaxSeconds: number;
  readonly batchMemoryBytes: number;
  /** Text and bytes longer than this are rejected; undefined: no limit below the target's own. */
  readonly maxLobBytes: number | undefined;
  readonly controlSchema: string;
  readonly dataErrorPolicy: RowErrorPolicy;
  readonly truncationErrorPolicy: RowErrorPolicy;
  readonly tableErrorPolicy: 'SUSPEND_TABLE' | 'STOP_TASK';
  readonly truncateHonoured: boolean;
  /** How often in a row the task connects again after an error that may pass; undefined: until it is stopped. */
  readonly recoverableErrorCount: number | undefined;
  /** Settings that were given and mean nothing here: name and reason. */
  readonly withoutMeaning: readonly { readonly name: string; readonly reason: string }[];
}

/** What the twin does with one setting. */
type Rule =
  | { readonly kind: 'integer'; readonly least: number; readonly most: number }
  | { readonly kind: 'one-of'; readonly values: readonly (string | boolean | number)[] }
  | { readonly kind: 'name' }
  /** Followed for one value; others are known to mean nothing here, each for its reason. */
  | {
      readonly kind: 'by-value';
      readonly followed: string;
      readonly withoutMeaning: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'without-meaning'; readonly reason: string };

const integer = (least: number, most: number): Rule => ({ kind: 'integer', least, most });
const oneOf = (...values: (string | boolean | number)[]): Rule => ({ kind: 'one-of', values });
type WithoutMeaning = Rule & { readonly kind: 'without-meaning' };
const without = (reason: string): WithoutMeaning => ({ kind: 'without-meaning', reason });

const ONE_READER = without('one connection reads each table in turn');
const NO_CLOUDWATCH = without('events are shown by the laptop itself');
const NO_VALIDATION = without('the reconciliation compares source and target');
const ALWAYS_KEPT = without('the twin always keeps this control table');

const NO_CONFLICT =
  'Redshift enforces no key, so that an insert never fails on one; the twin replaces the row';

const ROW_POLICIES = oneOf('IGNORE_RECORD', 'LOG_ERROR', 'SUSPEND_TABLE', 'STOP_TASK');

const RULES: Readonly<Record<string, Rule>> = {
  'TargetMetadata.TargetSchema': oneOf(''),
  'TargetMetadata.SupportLobs': oneOf(true),
  'TargetMetadata.FullLobMode': oneOf(false),
  'TargetMetadata.LimitedSizeLobMode': oneOf(true),
  'TargetMetadata.LobMaxSize': integer(0, 102_400),
  'TargetMetadata.LobChunkSize': without('only full LOB mode reads in chunks'),
  'TargetMetadata.InlineLobMaxSize': oneOf(0),
  'TargetMetadata.LoadMaxFileSize': without('rows reach the warehouse without files'),
  'TargetMetadata.BatchApplyEnabled': oneOf(true, false),
  'TargetMetadata.ParallelLoadThreads': ONE_READER,
  'TargetMetadata.ParallelLoadBufferSize': ONE_READER,
  'TargetMetadata.ParallelApplyThreads': without('one transaction applies each batch'),
  'TargetMetadata.ParallelApplyBufferSize': without('one transaction applies each batch'),
  'TargetMetadata.ParallelApplyQueuesPerThread': without('one transaction applies each batch'),
  'TargetMetadata.TaskRecoveryTableEnabled': ALWAYS_KEPT,
  'FullLoadSettings.TargetTablePrepMode': oneOf('DO_NOTHING', 'TRUNCATE_BEFORE_LOAD'),
  'FullLoadSettings.CreatePkAfterFullLoad': oneOf(false),
  'FullLoadSettings.StopTaskCachedChangesApplied': oneOf(false),
  'FullLoadSettings.StopTaskCachedChangesNotApplied': oneOf(false),
  'FullLoadSettings.MaxFullLoadSubTasks': ONE_READER,
  'FullLoadSettings.TransactionConsistencyTimeout': without(
    'the copy starts at an exact position, without waiting',
  ),
  'FullLoadSettings.CommitRate': integer(1, 50_000),
  'ChangeProcessingTuning.BatchApplyTimeoutMin': integer(0, 86_400),
  'ChangeProcessingTuning.BatchApplyTimeoutMax': integer(1, 86_400),
  'ChangeProcessingTuning.BatchApplyMemoryLimit': integer(1, 100_000),
  'ChangeProcessingTuning.BatchSplitSize': integer(0, 100_000_000),
  'ChangeProcessingTuning.BatchApplyPreserveTransaction': without(
    'the twin never splits a source transaction',
  ),
  'ChangeProcessingTuning.MinTransactionSize': without('only applies without batch apply'),
  'ChangeProcessingTuning.CommitTimeout': without('only applies without batch apply'),
  'ChangeProcessingTuning.MemoryLimitTotal': without('changes wait in the source, not in memory or on disk'),
  'ChangeProcessingTuning.MemoryKeepTime': without('changes wait in the source, not in memory or on disk'),
  'ChangeProcessingTuning.StatementCacheSize': without('changes are not applied by prepared statements'),
  // Set-up owns the targets. Where DMS would leave the target as it is, the twin suspends the table and says so.
  'ChangeProcessingDdlHandlingPolicy.HandleSourceTableDropped': oneOf(false),
  'ChangeProcessingDdlHandlingPolicy.HandleSourceTableAltered': oneOf(false),
  'ChangeProcessingDdlHandlingPolicy.HandleSourceTableTruncated': oneOf(true, false),
  'ControlTablesSettings.ControlSchema': { kind: 'name' },
  'ControlTablesSettings.HistoryTimeslotInMinutes': without('the twin keeps no history table'),
  'ControlTablesSettings.HistoryTableEnabled': without('the twin keeps no history table'),
  'ControlTablesSettings.SuspendedTablesTableEnabled': ALWAYS_KEPT,
  'ControlTablesSettings.StatusTableEnabled': without('the status is in the DMS calls'),
  'ControlTablesSettings.FullLoadExceptionTableEnabled': without(
    'rejected rows are all in awsdms_apply_exceptions',
  ),
  'ErrorBehavior.DataErrorPolicy': ROW_POLICIES,
  'ErrorBehavior.DataTruncationErrorPolicy': ROW_POLICIES,
  'ErrorBehavior.TableErrorPolicy': oneOf('SUSPEND_TABLE', 'STOP_TASK'),
  'ErrorBehavior.DataErrorEscalationPolicy': oneOf('SUSPEND_TABLE'),
  'ErrorBehavior.DataErrorEscalationCount': oneOf(0),
  'ErrorBehavior.TableErrorEscalationPolicy': oneOf('STOP_TASK'),
  'ErrorBehavior.TableErrorEscalationCount': oneOf(0),
  'ErrorBehavior.ApplyErrorDeletePolicy': oneOf('IGNORE_RECORD'),
  // A row that is there already is replaced; a row that is not there is added.
  'ErrorBehavior.ApplyErrorInsertPolicy': {
    kind: 'by-value',
    followed: 'INSERT_RECORD',
    withoutMeaning: { LOG_ERROR: NO_CONFLICT, SUSPEND_TABLE: NO_CONFLICT, STOP_TASK: NO_CONFLICT },
  },
  'ErrorBehavior.ApplyErrorUpdatePolicy': {
    kind: 'by-value',
    followed: 'UPDATE_RECORD',
    withoutMeaning: {
      LOG_ERROR:
        'the twin writes the row as it is after the update, so that an update of a missing row adds it, where AWS logs it and reconciliation finds it missing',
    },
  },
  'ErrorBehavior.ApplyErrorEscalationPolicy': oneOf('LOG_ERROR'),
  'ErrorBehavior.ApplyErrorEscalationCount': oneOf(0),
  'ErrorBehavior.ApplyErrorFailOnTruncationDdl': oneOf(false),
  'ErrorBehavior.FullLoadIgnoreConflicts': without('a copy starts on an empty table'),
  'ErrorBehavior.FailOnTransactionConsistencyBreached': without('the copy starts at an exact position'),
  'ErrorBehavior.FailOnNoTablesCaptured': oneOf(true),
  'ErrorBehavior.RecoverableErrorCount': integer(-1, 1_000_000),
  'ErrorBehavior.RecoverableErrorInterval': without(
    'the twin connects again at once, then more and more slowly',
  ),
  'ErrorBehavior.RecoverableErrorThrottling': without(
    'the twin connects again at once, then more and more slowly',
  ),
  'ErrorBehavior.RecoverableErrorThrottlingMax': without(
    'the twin connects again at once, then more and more slowly',
  ),
  'ErrorBehavior.RecoverableErrorStopRetryAfterThrottlingMax': without(
    'the twin connects again until it is stopped',
  ),
  'ErrorBehavior.EventErrorPolicy': oneOf('IGNORE'),
};

/** Whole groups that mean nothing here, whatever is in them. */
const GROUPS_WITHOUT_MEANING: Readonly<Record<string, WithoutMeaning>> = {
  Logging: NO_CLOUDWATCH,
  ValidationSettings: NO_VALIDATION,
  StreamBufferSettings: without('changes wait in the source'),
  TTSettings: without('the twin has no time travel'),
};

/** Groups that must be absent or null: they change what arrives. */
const REFUSED_GROUPS = [
  'CharacterSetSettings',
  'BeforeImageSettings',
  'PostProcessingRules',
  'LoopbackPreventionSettings',
];

/** Parses the JSON text, or what it parses to; absent means DMS's defaults. Problems are added to `problems`. */
export function parseTaskSettings(settings: unknown, problems: TaskProblem[]): TaskSettings {
  const report: Report = (where, message) =>
    problems.push({ property: 'replication_task_settings', where, message });
  const given = flatten(readSettings(settings, report), report);
  const withoutMeaning: { name: string; reason: string }[] = [];
  for (const [name, value] of given) {
    const rule = ruleOf(name);
    if (rule === undefined) report(name, 'the twin does not know this setting');
    else if (rule.kind === 'without-meaning') withoutMeaning.push({ name, reason: rule.reason });
    else if (rule.kind === 'by-value' && Object.hasOwn(rule.withoutMeaning, String(value)))
      withoutMeaning.push({ name, reason: rule.withoutMeaning[String(value)] as string });
    else checkValue(name, value, rule, report);
  }
  return { ...effectiveSettings(given), withoutMeaning };
}

/** A setting may have the name of any property that objects have. */
function ruleOf(name: string): Rule | undefined {
  const [group = ''] = name.split('.');
  return ownValue(RULES, name) ?? ownValue(GROUPS_WITHOUT_MEANING, group);
}

function readSettings(settings: unknown, report: Report): JsonRecord {
  if (settings === undefined || settings === null || settings === '') return {};
  let parsed = settings;
  if (typeof settings === 'string') {
    try {
      parsed = JSON.parse(settings);
    } catch {
      report('text', 'is not JSON');
      return {};
    }
  }
  if (isRecord(parsed)) return parsed;
  report('text', 'must be a JSON object');
  return {};
}

/** `{"A": {"B": 1}}` becomes `A.B` → 1; nulls are what DMS itself writes for "not set". */
function flatten(settings: JsonRecord, report: Report): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [group, members] of Object.entries(settings)) {
    if (members === null || group === 'FailTaskWhenCleanTaskResourceFailed') continue;
    if (REFUSED_GROUPS.includes(group)) {
      report(group, 'the twin cannot honour these settings; leave them out');
      continue;
    }
    if (!isRecord(members)) {
      report(group, `must be an object, got: ${JSON.stringify(members)}`);
      continue;
    }
    for (const [name, value] of Object.entries(members))
      if (value !== null) flat.set(`${group}.${name}`, value);
  }
  return flat;
}

function checkValue(name: string, value: unknown, rule: Rule, report: Report): void {
  const got = `got: ${JSON.stringify(value)}`;
  switch (rule.kind) {
    case 'integer':
      // DMS compares types strictly: "10" is not 10.
      if (typeof value !== 'number' || !Number.isInteger(value) || value < rule.least || value > rule.most)
        report(name, `must be a whole number from ${rule.least} to ${rule.most}, ${got}`);
      return;
    case 'one-of':
      if (!rule.values.some((allowed) => allowed === value)) {
        const allowed = rule.values.map((entry) => JSON.stringify(entry)).join(' or ');
        report(name, `the twin can honour ${allowed}, ${got}`);
      }
      return;
    case 'name':
      if (typeof value !== 'string' || !/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(value))
        report(name, `must be a schema name, ${got}`);
      return;
    case 'by-value':
      if (value !== rule.followed) {
        const known = [rule.followed, ...Object.keys(rule.withoutMeaning)];
        const allowed = known.map((entry) => JSON.stringify(entry)).join(' or ');
        report(name, `the twin knows ${allowed}, ${got}`);
      }
      return;
    case 'without-meaning':
  }
}

function effectiveSettings(given: ReadonlyMap<string, unknown>): Omit<TaskSettings, 'withoutMeaning'> {
  const value = <Value>(name: string, byDefault: Value): Value =>
    typeof given.get(name) === typeof byDefault ? (given.get(name) as Value) : byDefault;
  const splitSize = value('ChangeProcessingTuning.BatchSplitSize', 0);
  const errorCount = value('ErrorBehavior.RecoverableErrorCount', -1);
  const lobKilobytes = value('TargetMetadata.LobMaxSize', 0);
  return {
    prepareTarget: value<TaskSettings['prepareTarget']>('FullLoadSettings.TargetTablePrepMode', 'DO_NOTHING'),
    commitRate: value('FullLoadSettings.CommitRate', 10_000),
    batchApply: value('TargetMetadata.BatchApplyEnabled', false),
    batchSplitSize: splitSize === 0 ? undefined : splitSize,
    recoverableErrorCount: errorCount < 0 ? undefined : errorCount,
    batchTimeoutMinSeconds: value('ChangeProcessingTuning.BatchApplyTimeoutMin', 1),
    batchTimeoutMaxSeconds: value('ChangeProcessingTuning.BatchApplyTimeoutMax', 30),
    batchMemoryBytes: value('ChangeProcessingTuning.BatchApplyMemoryLimit', 500) * 1024 * 1024,
    maxLobBytes: lobKilobytes === 0 ? undefined : lobKilobytes * 1024,
    controlSchema: value('ControlTablesSettings.ControlSchema', 'public').toLowerCase(),
    dataErrorPolicy: value<RowErrorPolicy>('ErrorBehavior.DataErrorPolicy', 'LOG_ERROR'),
    truncationErrorPolicy: value<RowErrorPolicy>('ErrorBehavior.DataTruncationErrorPolicy', 'LOG_ERROR'),
    tableErrorPolicy: value<TaskSettings['tableErrorPolicy']>(
      'ErrorBehavior.TableErrorPolicy',
      'SUSPEND_TABLE',
    ),
    truncateHonoured: value('ChangeProcessingDdlHandlingPolicy.HandleSourceTableTruncated', true),
  };
}
