/** Whether a call is one that Redshift takes: a known function, with the operands and the clauses that it may have. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import { KNOWN_FUNCTIONS, type KnownFunction } from '../known';
import { type TypeName, typeNameText } from '../syntax/column-type';
import type { CallExpression } from '../syntax/tree';

const WITHIN_GROUP = new Set(['listagg', 'percentile_cont', 'percentile_disc']);
const IGNORES_NULLS = new Set(['lag', 'lead', 'first_value', 'last_value', 'nth_value']);

/** @throws WarehouseError in Redshift's words. */
export function checkCall(call: CallExpression, operands: readonly (TypeName | undefined)[]): KnownFunction {
  const known = KNOWN_FUNCTIONS.get(call.name);
  const { name } = call;
  if (known === undefined || operands.length < known.min || operands.length > known.max) {
    throw new WarehouseError(`function ${name}(${operands.map(operandText).join(', ')}) does not exist`);
  }
  if (name === 'count' && operands.length === 0 && !call.star) {
    throw new WarehouseError('count(*) must be used to call a parameterless aggregate function');
  }
  if (known.kind !== 'aggregate' && call.distinct) {
    throw new WarehouseError(`DISTINCT specified, but ${name} is not an aggregate function`);
  }
  if (call.nulls !== undefined && !IGNORES_NULLS.has(name)) {
    throw new WarehouseError(`${call.nulls.toUpperCase()} NULLS is not allowed with function ${name}`);
  }
  checkOver(call, known);
  checkWithinGroup(call);
  return known;
}

const operandText = (type: TypeName | undefined): string =>
  type === undefined ? 'unknown' : typeNameText(type);

/** Redshift wants a frame with every ordered aggregate; PostgreSQL and DuckDB assume one. */
function checkOver({ name, over }: CallExpression, { kind }: KnownFunction): void {
  if (over === undefined) {
    if (kind === 'window') throw new WarehouseError(`window function ${name} requires an OVER clause`);
    return;
  }
  if (kind === 'scalar') {
    throw new WarehouseError(
      `OVER specified, but ${name} is not a window function nor an aggregate function`,
    );
  }
  if (kind === 'aggregate' && over.orderBy.length > 0 && over.frame === undefined) {
    throw new WarehouseError('Aggregate window functions with an ORDER BY clause require a frame clause');
  }
}

function checkWithinGroup({ name, withinGroup }: CallExpression): void {
  if (withinGroup !== undefined && !WITHIN_GROUP.has(name)) {
    throw new WarehouseError(`WITHIN GROUP is not allowed with function ${name}`);
  }
  if (name.startsWith('percentile_') && withinGroup?.length !== 1) {
    throw new WarehouseError(`${name} requires WITHIN GROUP (ORDER BY ...)`);
  }
}
