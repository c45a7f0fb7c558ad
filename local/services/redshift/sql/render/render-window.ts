/** OVER (...). */
import type { FrameBound, WindowDefinition } from '../syntax/tree';
import { type Rendering, renderList, renderOrderBy } from './rendering';

/** With a blank before it; nothing for a call without OVER. */
export function renderWindow(r: Rendering, over: WindowDefinition | undefined): string {
  if (over === undefined) return '';
  const { partitionBy, orderBy, frame } = over;
  const parts = [
    ...(partitionBy.length === 0 ? [] : [`PARTITION BY ${renderList(r, partitionBy)}`]),
    ...(orderBy.length === 0 ? [] : [renderOrderBy(r, orderBy)]),
    ...(frame === undefined ? [] : [renderFrame(frame)]),
  ];
  return ` OVER (${parts.join(' ')})`;
}

const renderFrame = ({ start, end }: NonNullable<WindowDefinition['frame']>): string =>
  end === undefined
    ? `ROWS ${renderBound(start)}`
    : `ROWS BETWEEN ${renderBound(start)} AND ${renderBound(end)}`;

const renderBound = (bound: FrameBound): string =>
  bound.kind === 'current-row' ? 'CURRENT ROW' : `${bound.rows ?? 'UNBOUNDED'} ${bound.kind.toUpperCase()}`;
