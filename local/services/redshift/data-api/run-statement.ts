/** Runs a statement in a session of its own. A batch is one transaction, unless it asks for AUTO_COMMIT. */
import type { TwinWarehouse } from '../storage/open-warehouse';
import { heldBytes } from '../storage/read-result';
import type { TwinSession } from '../storage/warehouse-session';
import { ERROR_PREFIX, resultBytes, rowTooLarge } from './records';
import type { SubmittedStatement, SubStatement } from './submitted-statement';

export async function runStatement(
  statement: SubmittedStatement,
  warehouse: TwinWarehouse,
  user: string | undefined,
): Promise<void> {
  let session: TwinSession | undefined;
  try {
    statement.become('PICKED');
    session = await warehouse.openSession(user === undefined ? {} : { user });
    const running = session;
    statement.cancel = () => running.cancel();
    if (statement.cancelled) throw new Error('cancelled before it started');
    statement.become('STARTED');
    const failure =
      statement.request.batch && !statement.request.autoCommit
        ? await runTogether(statement, session)
        : await runEach(statement, session);
    // A request to cancel that came too late changes nothing.
    if (failure === undefined) statement.become('FINISHED');
    else statement.become(statement.cancelled ? 'ABORTED' : 'FAILED', failure);
  } catch (error) {
    statement.become(statement.cancelled ? 'ABORTED' : 'FAILED', messageOf(error));
  } finally {
    statement.cancel = undefined;
    await session?.close();
  }
}

/** One transaction: the first failure rolls back all. Statements before it stay FINISHED, later ones are ABORTED. */
async function runTogether(statement: SubmittedStatement, session: TwinSession): Promise<string | undefined> {
  await session.begin();
  for (const [index, part] of statement.parts.entries()) {
    const error = await runPart(part, session, statement);
    if (error === undefined) continue;
    for (const later of statement.parts.slice(index + 1)) later.status = 'ABORTED';
    await session.rollback();
    return `Query #${index + 1} failed with ${error}`;
  }
  try {
    await session.commit();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Each statement commits by itself; a failure stops none of the others. */
async function runEach(statement: SubmittedStatement, session: TwinSession): Promise<string | undefined> {
  let failure: string | undefined;
  for (const [index, part] of statement.parts.entries()) {
    if (statement.cancelled) {
      part.status = 'ABORTED';
      failure ??= "Query cancelled on user's request";
      continue;
    }
    const error = await runPart(part, session, statement);
    if (error !== undefined)
      failure ??= statement.request.batch ? `Query #${index + 1} failed with ${error}` : error;
  }
  return failure;
}

async function runPart(
  part: SubStatement,
  session: TwinSession,
  { request }: SubmittedStatement,
): Promise<string | undefined> {
  const startedAtMs = Date.now();
  part.status = 'STARTED';
  try {
    const result = await session.run(part.sql, request.parameters);
    const oversized = rowTooLarge(result);
    if (oversized !== undefined) throw new Error(oversized);
    part.result = result;
    part.bytes = resultBytes(result);
    part.heldBytes = result.rows.reduce((bytes, row) => bytes + heldBytes(row), 0);
    part.status = 'FINISHED';
  } catch (error) {
    part.status = 'FAILED';
    part.error = messageOf(error);
  }
  part.queryId = session.counters.queryId;
  part.updatedAtMs = Date.now();
  part.durationMs = part.updatedAtMs - startedAtMs;
  return part.error;
}

const messageOf = (error: unknown): string =>
  ERROR_PREFIX + (error instanceof Error ? error.message : String(error));
