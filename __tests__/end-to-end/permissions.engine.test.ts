/** Least privilege, proven on the synthesized policies: all that is granted is used, all that is used is granted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exerciseDeployment } from '../../local/commands/exercise-permissions';
import { buildGrantReport } from '../../local/commands/grant-report';
import { type EditableDeployment, synthesize } from '../support/deployment';

jest.setTimeout(120_000);

interface PolicyStatement {
  Sid: string;
  Action: string | string[];
}

describe('the policies of the stacks', () => {
  const deployment = synthesize();
  const dataDir = mkdtempSync(join(tmpdir(), 'cdc-permissions-'));
  afterAll(() => {
    deployment.remove();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const lines: string[] = [];
  const exercise = ({ folder }: EditableDeployment) =>
    exerciseDeployment({ deploymentFolder: folder, dataDir, print: (line) => lines.push(line) });

  const editPolicy = (
    of: EditableDeployment,
    name: string,
    change: (statements: PolicyStatement[]) => PolicyStatement[],
  ): EditableDeployment => {
    const edited = of.copy();
    edited.edit('pipeline', (json) => {
      const role = json.resource.aws_iam_role_policy[name];
      const policy = JSON.parse(role.policy) as { Statement: PolicyStatement[] };
      role.policy = JSON.stringify({ ...policy, Statement: change(policy.Statement) });
    });
    return edited;
  };

  it('of all optional parts grant just what a cycle and each operation of the API use, but for what a laptop cannot exercise: one action more is the only gap', async () => {
    const everything = synthesize('everything');
    const wider = editPolicy(everything, 'stage_stream_records_execution', (statements) =>
      statements.map((statement) =>
        statement.Sid === 'WriteStagedFiles'
          ? { ...statement, Action: ['s3:PutObject', 's3:DeleteObject'] }
          : statement,
      ),
    );
    const report = buildGrantReport(await exercise(wider));
    for (const one of [everything, wider]) one.remove();
    expect(report.gaps).toBe(1);
    expect(report.text).toMatch(
      /cdc-everything-stage-stream-records +WriteStagedFiles +s3:DeleteObject +NEVER/,
    );
    for (const sid of ['RecordRequests', 'CallFunctions'])
      expect(report.text).toMatch(new RegExp(`cdc-everything-api-general +${sid} .* [1-9]\\d*$`, 'm'));
  });

  it('deny a call whose statement is missing, and name the statement', async () => {
    const narrower = editPolicy(deployment, 'ingest_trades_execution', (statements) =>
      statements.filter(({ Sid }) => Sid !== 'PutItems'),
    );
    await expect(exercise(narrower)).rejects.toThrow(/cdc-dev-ingest-trades failed/);
    narrower.remove();
    expect(lines.join('\n')).toMatch(
      /denied +cdc-dev-ingest-trades .*not authorized to perform: dynamodb:BatchWriteItem on resource: .*table\/cdc-dev-trades .*Missing in the stacks: \{"Effect":"Allow","Action":"dynamodb:BatchWriteItem"/,
    );
  });

  it('of a deployment into what was there before do so too, and every row of before is in the warehouse', async () => {
    const there = synthesize('existing');
    lines.length = 0;
    try {
      const report = buildGrantReport(await exercise(there));
      expect(report.text).toMatch(/gaps 0$/);
    } finally {
      there.remove();
    }
    const output = lines.join('\n');
    expect(output).toMatch(/captured +bank\.txns +snapshot of [1-9]\d* rows/);
    expect(output).toMatch(/backfilled +trades +[1-9]\d* items/);
    // Its owner's rows only: this deployment writes none.
    expect(output).not.toMatch(/ingested/);
  });
});
