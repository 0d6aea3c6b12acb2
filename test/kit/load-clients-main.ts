// Many clients in one process, which the test tells what to do: node load-clients-main.js PORT CLIENTS PREFIX
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type DataWay, RawClient } from './raw-client.js';

const [port = 0, count = 0] = process.argv.slice(2, 4).map(Number);
const prefix = process.argv[4] ?? '';
const FILE_LENGTH = 64 * 1024;
/** Handshakes at once: more than a listener's backlog would only wait for their retransmission. */
const CONNECTING = 50;

async function connectAll(): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let from = 0; from < count; from += CONNECTING) {
    const length = Math.min(CONNECTING, count - from);
    clients.push(...(await Promise.all(Array.from({ length }, () => RawClient.login(port)))));
  }
  return clients;
}

/** Lists, uploads and downloads in both modes; returns what went wrong. */
async function work(client: RawClient, name: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const way of ['EPSV', 'EPRT'] as DataWay[]) {
    const file = randomBytes(FILE_LENGTH);
    await client.upload(`STOR ${name}`, file, way);
    if (!(await client.download(`RETR ${name}`, way)).equals(file)) wrong.push(`${name} by ${way} came back different`);
    const listing = (await client.download(`LIST ${name}`, way)).toString();
    if (!listing.includes(` ${FILE_LENGTH} `)) wrong.push(`${name} by ${way} is listed as ${listing}`);
  }
  await client.command(`DELE ${name}`, 250);
  return wrong;
}

async function outcomeOf(client: RawClient, index: number): Promise<readonly string[]> {
  try {
    return await work(client, `${prefix}-${index}`);
  } catch (error) {
    return [`${prefix}-${index}: ${String(error)}`];
  }
}

async function told(): Promise<void> {
  await once(process, 'message');
}

const clients = await connectAll();
process.send?.('ready');
await told();
const wrong = (await Promise.all(clients.map(outcomeOf))).flat();
process.send?.(wrong);
await told();
await Promise.all(clients.map((client) => client.quit()));
process.disconnect();
