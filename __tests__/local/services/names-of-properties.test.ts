/** A name from outside may be the name of a property that every object has. */
import { parseTaskSettings } from '../../../local/services/dms/task/task-settings';
import { parseSqlStatement } from '../../../local/services/redshift/sql/syntax/parse-statement';

describe.each(['__proto__', 'constructor', 'tostring', 'valueof'])('%s', (name) => {
  it('is no type of a column', () => {
    expect(() => parseSqlStatement(`CREATE TABLE t (a ${name})`)).toThrow(/type|syntax/);
  });

  it('is no option of COPY', () => {
    expect(() =>
      parseSqlStatement(
        `COPY t FROM 's3://b/m' IAM_ROLE 'arn:aws:iam::123456789012:role/r' FORMAT JSON 'auto' MANIFEST ${name}`,
      ),
    ).toThrow(/not supported|syntax/);
  });
});

describe.each(['constructor', 'toString', 'valueOf'])('%s', (name) => {
  it('is no setting of a task', () => {
    const problems: { readonly where: string; readonly message: string }[] = [];
    parseTaskSettings(`{"Logging": {"${name}": 1}, "${name}": {"a": 1}}`, problems as never);
    const message = 'the twin does not know this setting';
    expect(problems).toContainEqual(expect.objectContaining({ where: `${name}.a`, message }));
  });
});
