/** Both paths under one load, as text for a person. */
import type { Deployment } from '../deployment';
import { type CapacityLine, isEnough, type Load } from './capacity-line';
import { dynamodbLines } from './dynamodb-lines';
import { mysqlLines } from './mysql-lines';

export const capacityLines = (deployment: Deployment, load: Load): CapacityLine[] => [
  ...mysqlLines(deployment, load),
  ...dynamodbLines(deployment, load),
];

/** A line for each part, with what to turn up where it is not enough. */
export function buildCapacityReport(lines: readonly CapacityLine[]): string {
  return lines
    .flatMap((line) => {
      const enough = isEnough(line);
      const verdict = { true: 'enough', false: 'NOT ENOUGH', undefined: 'measure' }[`${enough}`];
      const given = line.given === undefined ? '' : ` of ${quantity(line.given)}`;
      const head = `${verdict.padEnd(11)} ${line.part.padEnd(10)} ${line.subject}: ${quantity(line.needed)}${given} ${line.unit}`;
      return enough === true
        ? [head, `            ${line.basis}`]
        : [head, `            ${line.basis}`, `            turn up ${line.turnUp}`];
    })
    .join('\n');
}

/** Two digits that mean something below a hundred, whole numbers above. */
export const quantity = (value: number): string =>
  value.toLocaleString('en-US', value < 100 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 0 });
