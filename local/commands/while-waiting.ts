/** What is asked of a running pipeline may take hours: a person sees that it is still at work. */
import { typedCommand } from '../state/typed-command';

const SIGN_OF_LIFE_MS = 20_000;

/** @param doing as `comparing` */
export async function whileWaiting<Answer>(
  { dataDir, doing }: { readonly dataDir: string; readonly doing: string },
  work: Promise<Answer>,
): Promise<Answer> {
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.error(`${doing} for ${seconds} s; ${typedCommand(dataDir, 'status')} shows what is under way`);
  }, SIGN_OF_LIFE_MS);
  return work.finally(() => clearInterval(timer));
}
