/** Times as the warehouse's TIMESTAMP has them, without a zone: UTC. */

/** `YYYY-MM-DD HH:MI:SS.mmm`. */
export const utcText = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 23);

export const parseUtcMs = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);
