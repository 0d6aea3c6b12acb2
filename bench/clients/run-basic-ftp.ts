import { Client } from 'basic-ftp';
import { HOST, type Job, PASSWORD, USER } from './contract.js';
import { OctetCounter } from './octet-counter.js';
import type { ReadyLibrary } from './runner.js';

/** One call at a time is all that a client of it takes: several connections are several clients. */
export async function open(job: Job): Promise<ReadyLibrary> {
  const clients = await Promise.all(Array.from({ length: job.connections }, () => logIn(job)));
  return {
    work: () => work(clients, job),
    close: () => {
      for (const client of clients) client.close();
      return Promise.resolve();
    },
  };
}

async function logIn({ port, tls }: Job): Promise<Client> {
  const client = new Client();
  const secure = tls ? { secure: true, secureOptions: { rejectUnauthorized: false } } : {};
  await client.access({ host: HOST, port, user: USER, password: PASSWORD, ...secure });
  return client;
}

async function work(clients: readonly Client[], job: Job): Promise<void> {
  const { file, octets, source, target } = job;
  const [client] = clients;
  if (client === undefined) throw new Error('no connection');
  switch (job.work) {
    case 'download-file':
      await client.downloadTo(`${target}/${file}`, `/${file}`);
      return;
    case 'download-null': {
      const counter = new OctetCounter();
      await client.downloadTo(counter, `/${file}`);
      return counter.check(octets);
    }
    case 'upload':
      await client.uploadFrom(`${source}/${file}`, `/in/${file}`);
      return;
    case 'small-down':
      return eachFile(clients, job, (free, name) => free.downloadTo(`${target}/${name}`, `/small/${name}`));
    case 'small-up':
      return eachFile(clients, job, (free, name) => free.uploadFrom(`${source}/small/${name}`, `/in/${name}`));
    case 'sync':
      throw new Error('basic-ftp has no sync');
  }
}

/** A client that is done takes the next file. */
async function eachFile(
  clients: readonly Client[],
  { smallFiles }: Job,
  move: (client: Client, name: string) => Promise<unknown>,
): Promise<void> {
  const names = smallFiles.values();
  await Promise.all(
    clients.map(async (client) => {
      for (const name of names) await move(client, name);
    }),
  );
}
