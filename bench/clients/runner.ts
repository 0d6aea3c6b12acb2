import type { Job, Sample } from './contract.js';

/** `runner.js LIBRARY JOB`: logs in, does the work, and prints what the work took as JSON. */

/** A library that is logged in, over all connections that the job asks for. */
export interface ReadyLibrary {
  work(): Promise<void>;
  close(): Promise<void>;
}

/** `in-turn`: the same library, each call awaited before the next. `with-state`: its sync has a state file. */
export type LibraryName = 'twinport' | 'twinport-in-turn' | 'twinport-with-state' | 'basic-ftp';

async function open(library: string, job: Job): Promise<ReadyLibrary> {
  if (library === 'basic-ftp') return (await import('./run-basic-ftp.js')).open(job);
  const { open: openTwinport } = await import('./run-twinport.js');
  return openTwinport(job, { inTurn: library === 'twinport-in-turn', state: library === 'twinport-with-state' });
}

async function measure(ready: ReadyLibrary): Promise<Sample> {
  const [start, cpuBefore] = [performance.now(), process.cpuUsage()];
  await ready.work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6 };
}

const [library = '', job = ''] = process.argv.slice(2);
const opened = await open(library, JSON.parse(job) as Job);
const sample = await measure(opened);
await opened.close();
process.stdout.write(JSON.stringify(sample));
