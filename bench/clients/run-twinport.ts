import { EventEmitter, once } from 'node:events';
import { type Client, type ConnectOptions, connect, createPool, sync } from '@twinport/ftp/client';
import { zeroCopy } from '@twinport/zerocopy';
import { HOST, type Job, PASSWORD } from './contract.js';
import { OctetCounter } from './octet-counter.js';
import type { ReadyLibrary } from './runner.js';

interface Variant {
  readonly inTurn: boolean;
  readonly state: boolean;
}

export async function open(job: Job, variant: Variant): Promise<ReadyLibrary> {
  const options: ConnectOptions = {
    host: HOST,
    port: job.port,
    password: PASSWORD,
    tls: job.tls ? { mode: 'explicit', insecure: true } : 'off',
    zeroCopy,
  };
  const client = job.connections === 1 ? await connect(options) : await connectedPool(options, job.connections);
  return { work: () => work(client, job, variant), close: () => client.close() };
}

/** A pool connects when there is something to do: here all is logged in before the work begins. */
async function connectedPool(options: ConnectOptions, maxConnections: number): Promise<Client> {
  const pool = createPool(options, { maxConnections });
  const barrier = new EventEmitter();
  const all = once(barrier, 'all');
  let held = 0;
  const hold = async (): Promise<void> => {
    held += 1;
    if (held === maxConnections) barrier.emit('all');
    await all;
  };
  await Promise.all(Array.from({ length: maxConnections }, () => pool.session(hold)));
  return pool;
}

async function work(client: Client, job: Job, variant: Variant): Promise<void> {
  const { file, source, target } = job;
  switch (job.work) {
    case 'download-file':
      await client.get(`/${file}`, `${target}/${file}`);
      return;
    case 'download-null':
      return discard(client, job);
    case 'upload':
      await client.put(`${source}/${file}`, `/in/${file}`);
      return;
    case 'small-down':
      return eachFile(job, variant, (name) => client.get(`/small/${name}`, `${target}/${name}`));
    case 'small-up':
      return eachFile(job, variant, (name) => client.put(`${source}/small/${name}`, `/in/${name}`));
    case 'sync':
      return synchronise(client, job, variant);
  }
}

async function discard(client: Client, { file, octets }: Job): Promise<void> {
  const counter = new OctetCounter();
  await client.get(`/${file}`, counter);
  counter.check(octets);
}

/** All calls at once, since they wait for a connection by themselves. */
async function eachFile(
  { smallFiles }: Job,
  { inTurn }: Variant,
  move: (name: string) => Promise<unknown>,
): Promise<void> {
  if (inTurn) for (const name of smallFiles) await move(name);
  else await Promise.all(smallFiles.map(move));
}

async function synchronise(client: Client, { tree, connections }: Job, { state }: Variant): Promise<void> {
  const options = { maxConcurrent: connections, ...(state ? { state: `${tree}.state.json` } : {}) };
  const job = sync({ client, path: '/tree' }, { local: tree }, options);
  const { complete, errors } = await job.run(await job.plan());
  if (!complete) throw new Error(errors[0]?.error.message ?? 'not all was done');
}
