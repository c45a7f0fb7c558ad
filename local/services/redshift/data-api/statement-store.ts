/** Statements of the last 24 hours. Another caller's statement does not exist. */
import { type Caller, ServiceError } from '../../../protocol/service';
import type { Statement, SubStatement } from './statement';

const RETENTION_MS = 24 * 3_600_000;
const TOKEN_LIFETIME_MS = 8 * 3_600_000;
/** AWS keeps all results for a day; a laptop lets the oldest go. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;
const MAX_KEPT_STATEMENTS = 5_000;

export class StatementStore {
  /** In the order they were submitted. */
  private readonly statements = new Map<string, Statement>();

  add(statement: Statement): void {
    this.statements.set(statement.id, statement);
  }

  /** The statement that came with this token before, whatever became of it. */
  byToken(owner: string, token: string | undefined): Statement | undefined {
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
  find(id: string, caller: Caller): { readonly statement: Statement; readonly part?: SubStatement } {
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

  newestFirst(caller: Caller, ownOnly: boolean): Statement[] {
    const all = [...this.statements.values()].reverse();
    return ownOnly ? all.filter(({ request }) => request.owner === caller.identity) : all;
  }

  /** Forgets what is older than a day, and the oldest results when all together are too large. */
  keepWithinLimits(): void {
    const oldest = Date.now() - RETENTION_MS;
    let bytes = 0;
    let count = 0;
    for (const [id, statement] of [...this.statements].reverse()) {
      if (statement.active) continue;
      count += 1;
      if (statement.createdAtMs < oldest || count > MAX_KEPT_STATEMENTS) {
        this.statements.delete(id);
        continue;
      }
      for (const part of statement.parts) {
        if (part.result === undefined) continue;
        bytes += part.bytes;
        if (bytes > MAX_KEPT_BYTES && count > 1) part.result = undefined;
      }
    }
  }
}
