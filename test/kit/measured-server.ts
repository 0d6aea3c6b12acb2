import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { MeasuredServerOptions, Usage } from './measured-server-main.js';

export interface MeasuredServer {
  readonly port: number;
  usage(): Promise<Usage>;
  /** What it holds once it has seen all its clients go. */
  idleUsage(): Promise<Usage>;
}

/** A server in a process of its own, ended with the test. */
export async function startMeasuredServer(
  test: { after(done: () => void): void },
  options: MeasuredServerOptions,
): Promise<MeasuredServer> {
  const script = fileURLToPath(new URL('measured-server-main.js', import.meta.url));
  const child = fork(script, [JSON.stringify(options)], { execArgv: ['--expose-gc'] });
  test.after(() => void child.kill());
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const usage = async (): Promise<Usage> => {
    const answer = once(child, 'message');
    child.send('usage');
    const [found] = (await answer) as [Usage];
    return found;
  };
  return { port, usage, idleUsage: () => untilSettled(usage) };
}

/** Closing goes on for a while after the last reply: until nothing changes any more. */
async function untilSettled(usage: () => Promise<Usage>): Promise<Usage> {
  let last = await usage();
  for (let attempt = 0; attempt < 100; attempt += 1) {
    await wait(50);
    const next = await usage();
    if (next.sessions === 0 && next.descriptors === last.descriptors && next.resources.length === last.resources.length)
      return next;
    last = next;
  }
  throw new Error(`the server does not come to rest: ${JSON.stringify(last)}`);
}
