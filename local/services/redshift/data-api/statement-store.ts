/** Statements of the last 24 hours. Another caller's statement does not exist. */
import { type Caller, ServiceError } from '../../../protocol/service';
import type { SubmittedStatement, SubStatement } from './submitted-statement';

const RETENTION_MS = 24 * 3_600_000;
const TOKEN_LIFETIME_MS = 8 * 3_600_000;

/** AWS keeps results for a day, whatever they take. These are what a laptop keeps, as the memory that they take. */
const MEGABYTE = 1024 * 1024;
export const KEPT = { resultBytes: 64 * MEGABYTE, textBytes: 32 * MEGABYTE, statements: 5_000 } as const;

export class StatementStore {
  /** In the order they were submitted. */
  private readonly statements = new Map<string, SubmittedStatement>();

  add(statement: SubmittedStatement): void {
    this.statements.set(statement.id, statement);
  }

  /** The statement that came with this token before, whatever became of it. */
  byToken(owner: string, token: string | undefined): SubmittedStatement | undefined {
    if (token === undefined) return undefined;
    const oldest = Date.now() - TOKEN_LIFETIME_MS;
    return [...this.statements.values()].find(
      ({ request, createdAtMs }) =>
        request.clientToken === token && request.owner === owner && createdAtMs >= oldest,
    );
  }

  activeCount(): number {
    let count = 0;
    for (const statement of this.statements.values()) if (statement.active) count += 1;
    return count;
  }

  /** `id` of a statement, or `id:n` of a part of a batch. @throws ServiceError ResourceNotFoundException */
  find(id: string, caller: Caller): { readonly statement: SubmittedStatement; readonly part?: SubStatement } {
    const found = /^([a-z0-9]{8}(?:-[a-z0-9]{4}){3}-[a-z0-9]{12})(?::(\d+))?$/.exec(id);
    if (found === null)
      throw new ServiceError(
        'ValidationException',
        'id must satisfy regex pattern: ^[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\\d+)?$',
      );
    const statement = this.statements.get(found[1]!);
    const number = found[2] === undefined ? undefined : Number(found[2]);
    const part = number === undefined ? undefined : statement?.parts[number - 1];
    if (
      statement === undefined ||
      statement.request.owner !== caller.identity ||
      (number !== undefined && part === undefined)
    ) {
      throw new ServiceError('ResourceNotFoundException', 'Query does not exist.', 404, { ResourceId: id });
    }
    return part === undefined ? { statement } : { statement, part };
  }

  newestFirst(caller: Caller, ownOnly: boolean): SubmittedStatement[] {
    const all = [...this.statements.values()].reverse();
    return ownOnly ? all.filter(({ request }) => request.owner === caller.identity) : all;
  }

  /**
   * Forgets what is older than a day; the oldest statements when there are too many, or too much text of them; and the
   * oldest results, but never the newest one, when all together are too large.
   */
  keepWithinLimits(limits: typeof KEPT = KEPT): void {
    const oldest = Date.now() - RETENTION_MS;
    let [resultBytes, textBytes, count] = [0, 0, 0];
    for (const [id, statement] of [...this.statements].reverse()) {
      if (statement.active) continue;
      count += 1;
      textBytes += statement.textBytes;
      if (statement.createdAtMs < oldest || count > limits.statements || textBytes > limits.textBytes) {
        this.statements.delete(id);
        continue;
      }
      for (const part of statement.parts) {
        resultBytes += part.heldBytes;
        if (resultBytes > limits.resultBytes && count > 1) releaseRows(part, limits.resultBytes);
      }
    }
  }
}

/** What the statement came to stays known. */
function releaseRows(part: SubStatement, keptBytes: number): void {
  if (part.result === undefined || part.heldBytes === 0) return;
  part.result = { ...part.result, rows: [] };
  part.heldBytes = 0;
  part.released = `The result is no longer kept: newer results took the ${Math.floor(keptBytes / MEGABYTE)} MB that the laptop keeps, where AWS keeps results for 24 hours. Run the statement again.`;
}
