/** A path of MySQL's JSON as its binlog has it (MySQL manual, "JSON Path Syntax", without wildcards). */
import { BinlogDamagedError } from './byte-reader';

export interface JsonPathCell {
  readonly kind: 'cell';
  /** From the end: 0 is `last`. */
  readonly index: number;
  readonly fromEnd: boolean;
}

export type JsonPathLeg = { readonly kind: 'member'; readonly name: string } | JsonPathCell;

const LEG =
  /\.\s*(?:"((?:[^"\\]|\\.)*)"|([^\s."[\]]+))\s*|\[\s*(?:(\d{1,10})|last\s*(?:-\s*(\d{1,10}))?)\s*\]\s*/suy;

/** @throws BinlogDamagedError for what is no such path */
export function parseJsonPath(text: string): JsonPathLeg[] {
  const legs: JsonPathLeg[] = [];
  LEG.lastIndex = 1;
  while (text.startsWith('$') && LEG.lastIndex < text.length) {
    const found = LEG.exec(text);
    if (found === null) break;
    const [, quoted, plain, index, back] = found;
    if (quoted !== undefined) legs.push({ kind: 'member', name: unquote(quoted) });
    else if (plain !== undefined) legs.push({ kind: 'member', name: plain });
    else legs.push({ kind: 'cell', index: Number(index ?? back ?? 0), fromEnd: index === undefined });
    if (LEG.lastIndex === text.length) return legs;
  }
  if (text === '$') return legs;
  throw new BinlogDamagedError(`a change of JSON has the path ${JSON.stringify(text.slice(0, 200))}`);
}

function unquote(escaped: string): string {
  try {
    return JSON.parse(`"${escaped}"`) as string;
  } catch {
    throw new BinlogDamagedError(`a change of JSON has a key ${escaped.slice(0, 200)}, which is no JSON`);
  }
}
