/**
 * The decisions of IAM, case by case, beside the page of AWS that states each: nothing may be allowed here that AWS
 * denies. A case is data, so that its page can be read next to it.
 */
import fc from 'fast-check';
import { matchesTokens, parsePattern } from '../../../../deployment/iam-pattern';
import { evaluate } from '../../../../local/services/iam/evaluate';
import { type ConditionCase, OPERATOR_CASES, SET_CASES, SEVERAL_VALUE_CASES } from './cases/condition-cases';
import {
  CROSS_ACCOUNT_CASES,
  KEY_CASES,
  NOT_PRINCIPAL_CASES,
  PRINCIPAL_CASES,
  REFUSED_CASES,
  SAME_ACCOUNT_CASES,
} from './cases/decision-cases';
import {
  ACTION_CASES,
  NOT_ACTION_CASES,
  NOT_RESOURCE_CASES,
  RESOURCE_CASES,
  VARIABLE_CASES,
} from './cases/element-cases';
import { allow, deny, type PolicyCase, policiesOf, request, statementsOf } from './cases/policy-case';

const CASES_BY_PAGE: Readonly<Record<string, readonly PolicyCase[]>> = {
  'IAM JSON policy elements: Action': ACTION_CASES,
  'IAM JSON policy elements: NotAction': NOT_ACTION_CASES,
  'IAM JSON policy elements: Resource': RESOURCE_CASES,
  'IAM JSON policy elements: NotResource': NOT_RESOURCE_CASES,
  'IAM policy elements: Variables and tags': VARIABLE_CASES,
  'AWS JSON policy elements: Principal': PRINCIPAL_CASES,
  'AWS JSON policy elements: NotPrincipal': NOT_PRINCIPAL_CASES,
  'Policy evaluation for requests within a single account': SAME_ACCOUNT_CASES,
  'Cross-account policy evaluation logic': CROSS_ACCOUNT_CASES,
  'Key policies in AWS KMS': KEY_CASES,
  'What the laptop does not evaluate is refused by name': REFUSED_CASES,
};

const CONDITIONS_BY_PAGE: Readonly<Record<string, readonly ConditionCase[]>> = {
  ...Object.fromEntries(
    Object.entries(OPERATOR_CASES).map(([heading, cases]) => [
      `IAM JSON policy elements: Condition operators, "${heading}"`,
      cases,
    ]),
  ),
  'Conditions with multiple context keys or values': SEVERAL_VALUE_CASES,
  'Set operators for multivalued context keys': SET_CASES,
};

const countOf = (pages: Readonly<Record<string, readonly unknown[]>>): number =>
  Object.values(pages).flat().length;

describe.each(Object.entries(CASES_BY_PAGE))('%s', (_page, cases) => {
  describe(`in ${cases.length} cases`, () => {
    it.each(cases.map((one) => [one.promise, one] as const))('%s', (_promise, one) => {
      const { outcome } = one;
      const decide = () => evaluate(request(one.request), policiesOf(one)).allowed;
      if (typeof outcome === 'boolean') expect(decide()).toBe(outcome);
      else expect(decide).toThrow(outcome);
    });
  });
});

describe.each(Object.entries(CONDITIONS_BY_PAGE))('%s', (_page, cases) => {
  describe(`in ${cases.length} cases, for an Allow and for a Deny`, () => {
    it.each(cases)('%s of %s: %j and %j is %s', (operator, key, values, actual, isMet) => {
      const given = request({ context: actual === undefined ? {} : { [key]: actual } });
      const Condition = { [operator]: { [key]: values } };
      const decide = (...statements: object[]) =>
        evaluate(given, { identity: statementsOf(statements as Record<string, unknown>[]) }).allowed;
      expect([decide(allow({ Condition })), decide(allow(), deny({ Condition }))]).toEqual([isMet, !isMet]);
    });
  });
});

describe('the tables', () => {
  it('hold at least 150 cases', () => {
    expect(countOf(CASES_BY_PAGE) + countOf(CONDITIONS_BY_PAGE)).toBeGreaterThanOrEqual(150);
  });

  it('have each promise once on its page', () => {
    for (const cases of Object.values(CASES_BY_PAGE)) {
      const promises = cases.map(({ promise }) => promise);
      expect(promises.filter((promise, index) => promises.indexOf(promise) !== index)).toEqual([]);
    }
  });
});

describe('wildcards', () => {
  /** The same meaning, said as a regular expression, over short texts. */
  const asExpression = (pattern: string): RegExp =>
    new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');

  it('mean what the same regular expression means', () => {
    const pattern = fc.stringMatching(/^[ab:*?]{0,8}$/);
    const text = fc.stringMatching(/^[ab:]{0,8}$/);
    fc.assert(
      fc.property(pattern, text, (given, tried) => {
        expect(matchesTokens(parsePattern(given), tried)).toBe(asExpression(given).test(tried));
      }),
    );
  });

  it('take no more steps for a pattern that makes a regular expression try for years', () => {
    expect(matchesTokens(parsePattern(`${'*a'.repeat(60)}b`), 'a'.repeat(1024))).toBe(false);
  });
});
