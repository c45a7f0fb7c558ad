/** What is asked of a running pipeline may take hours: a person sees that it is still at work. */

const SIGN_OF_LIFE_MS = 20_000;

/** @param doing as `comparing` */
export async function whileWaiting<Answer>(doing: string, work: Promise<Answer>): Promise<Answer> {
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.error(`${doing} for ${seconds} s; npm run status shows what is under way`);
  }, SIGN_OF_LIFE_MS);
  return work.finally(() => clearInterval(timer));
}
