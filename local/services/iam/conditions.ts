/** Whether one condition of a statement is met (IAM user guide, "IAM JSON policy elements: Condition operators"). */
import { parsePattern } from '../../../deployment/iam-pattern';
import type { IamCondition, IamStatement } from '../../../deployment/policy-document';
import { DeploymentError } from '../../../deployment/terraform-json';
import { COMPARISONS, type Expected, type OperatorKind } from './comparisons';
import { resolvePattern, resolveText } from './policy-variables';
import { isKnownKey, type RequestContext } from './request-context';

interface Operator {
  readonly comparison: OperatorKind;
  /** How many of a key's several values must meet it; for a key with one value it is left out. */
  readonly quantity: 'every' | 'some' | undefined;
  readonly ifExists: boolean;
}

/** @throws DeploymentError for an operator, a key or a value that is not understood: otherwise it could not be said who is allowed. */
export function isMet(condition: IamCondition, statement: IamStatement, context: RequestContext): boolean {
  const { operator: name, key, values } = condition;
  if (!context.knows(key)) throw notEvaluated(statement, `the condition key ${key}`);
  const actual = context.get(key);
  if (name === 'Null') return isAbsenceAsAsked(condition, statement, actual === undefined);
  const operator = parseOperator(name, statement);
  const { comparison, quantity, ifExists } = operator;
  if (actual === undefined) {
    if (ifExists || quantity === 'every') return true;
    return quantity === undefined && comparison.isNegated;
  }
  const expected = values.map((value) => expect(value, operator, statement, context));
  // Where AWS takes the statement for invalid, a negation must not allow.
  if (comparison.isNegated && statement.allows && expected.includes(undefined)) return false;
  const meets = (value: string): boolean => {
    const matches = expected.some((one) => one !== undefined && compare(value, one, condition, operator));
    return matches !== comparison.isNegated;
  };
  if (quantity === 'every') return actual.every(meets);
  if (quantity === 'some') return actual.some(meets);
  if (actual.length > 1) {
    throw notEvaluated(
      statement,
      `${name} on ${key}, which has several values, without ForAllValues or ForAnyValue`,
    );
  }
  return actual.every(meets);
}

/**
 * What of a condition could not be said at any call: its operator, its key, or a value of another kind than the operator's.
 * Undefined when there is nothing.
 */
export function checkCondition(condition: IamCondition, statement: IamStatement): string | undefined {
  const { operator: name, key, values } = condition;
  try {
    const actions = statement.notActions.length > 0 ? ['*'] : statement.actions;
    if (!isKnownKey(key, actions)) throw notEvaluated(statement, `the condition key ${key}`);
    if (name === 'Null') {
      isAbsenceAsAsked(condition, statement, true);
      return undefined;
    }
    const operator = parseOperator(name, statement);
    for (const value of values) {
      if (operator.comparison.takesVariables && value.includes('${')) continue;
      // A value compared with itself shows whether it is one of the operator's kind; a range holds its own address.
      compare(value.split('/')[0] ?? '', { text: value, tokens: parsePattern(value) }, condition, operator);
    }
    return undefined;
  } catch (error) {
    if (error instanceof DeploymentError) return error.message;
    throw error;
  }
}

function parseOperator(name: string, statement: IamStatement): Operator {
  const [, quantifier, base = '', suffix] =
    /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? [];
  const comparison = COMPARISONS.get(base);
  if (comparison === undefined) throw notEvaluated(statement, `the condition operator ${name}`);
  const quantity = quantifier === undefined ? undefined : quantifier === 'ForAllValues' ? 'every' : 'some';
  return { comparison, quantity, ifExists: suffix !== undefined };
}

function isAbsenceAsAsked(
  { key, values }: IamCondition,
  statement: IamStatement,
  isAbsent: boolean,
): boolean {
  return values.some((value) => {
    if (value !== 'true' && value !== 'false') throw notEvaluated(statement, `Null of ${key} with ${value}`);
    return (value === 'true') === isAbsent;
  });
}

/** Undefined where a variable has no value. */
function expect(
  value: string,
  { comparison }: Operator,
  statement: IamStatement,
  context: RequestContext,
): Expected | undefined {
  if (!comparison.takesVariables || !statement.hasVariables) {
    return { text: value, tokens: parsePattern(value) };
  }
  const text = resolveText(value, context);
  const tokens = resolvePattern(value, context);
  return text === undefined || tokens === undefined ? undefined : { text, tokens };
}

function compare(value: string, expected: Expected, condition: IamCondition, operator: Operator): boolean {
  try {
    return operator.comparison.compare(value, expected);
  } catch (error) {
    if (!(error instanceof DeploymentError)) throw error;
    throw new DeploymentError(`${condition.operator} of ${condition.key}: ${error.message}`);
  }
}

const notEvaluated = ({ sid }: IamStatement, what: string): DeploymentError =>
  new DeploymentError(`the laptop does not evaluate ${what}${sid === '' ? '' : ` (statement ${sid})`}`);
