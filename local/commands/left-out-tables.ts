/** Tables of one's own sources that were asked for and cannot be replicated as they are: each start and comparison says so. */
import { findOwnSource, type LeftOutTable } from '../state/own-source';

const leftOutTables = (dataDir: string): readonly LeftOutTable[] => findOwnSource(dataDir)?.leftOut ?? [];

export const describeLeftOut = ({ table, reason }: LeftOutTable): string => `${table}: ${reason}`;

/** A line each, for people. */
export const describeAllLeftOut = (dataDir: string): string[] =>
  leftOutTables(dataDir).map((one) => `left out: ${describeLeftOut(one)}`);
