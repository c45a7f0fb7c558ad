import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Compares text with a golden file, the agreed output. `UPDATE_GOLDEN=1 npx jest <test>` rewrites it; read the
 * difference before committing it.
 */
export function expectGolden(file: string, text: string): void {
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
  const agreed = existsSync(file) ? readFileSync(file, 'utf8') : `(no golden file ${file})`;
  expect(text).toBe(agreed);
}
