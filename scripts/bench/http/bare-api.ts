/** The API of a synthesized deployment whose functions answer 200 at once: a process of its own, as the laptop's is. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readTypescript } from '../../typescript.cjs';

export interface BareApi {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startBareApi(deployment: string, folder: string): Promise<BareApi> {
  const child = fork(join(__dirname, 'bare-api-main.ts'), [deployment, folder], {
    execArgv: readTypescript,
  });
  const ended = once(child, 'exit');
  const [message] = (await Promise.race([
    once(child, 'message'),
    ended.then(([code]) => {
      throw new Error(`the bare API has ended with ${code}`);
    }),
  ])) as [{ readonly url: string }];
  return {
    url: message.url,
    stop: async () => {
      child.disconnect();
      await ended;
    },
  };
}
