import { createHash } from 'node:crypto';

/** The id that AWS would choose for a namespace or a workgroup: here the same at each start. */
export function idOf(kind: 'namespace' | 'workgroup' | 'usage-limit', name: string): string {
  const digits = createHash('sha256').update(`${kind} ${name}`).digest('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
