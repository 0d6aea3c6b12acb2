import { once } from 'node:events';
import { createServer } from 'node:net';

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Below the ports that the kernel gives to whoever asks for any, so that only another call of this kind can come in between. */
const CANDIDATES: PortRange = { first: 20_000, last: 32_000 };
const ATTEMPTS = 50;

/** A port that nobody listens on. */
export async function freePort(host: string): Promise<number> {
  return (await freePorts(host, 1)).first;
}

/** So many ports in a row that nobody listens on. */
export async function freePorts(host: string, count: number): Promise<PortRange> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const first = CANDIDATES.first + Math.floor(Math.random() * (CANDIDATES.last - CANDIDATES.first - count));
    const range = { first, last: first + count - 1 };
    if (await allFree(host, range)) return range;
  }
  throw new Error(`no ${count} free ports between ${CANDIDATES.first} and ${CANDIDATES.last}`);
}

async function allFree(host: string, { first, last }: PortRange): Promise<boolean> {
  for (let port = first; port <= last; port += 1) if (!(await isFree(host, port))) return false;
  return true;
}

async function isFree(host: string, port: number): Promise<boolean> {
  const listener = createServer();
  try {
    listener.listen({ host, port });
    await once(listener, 'listening');
    listener.close();
    await once(listener, 'close');
    return true;
  } catch {
    return false; // taken
  }
}
