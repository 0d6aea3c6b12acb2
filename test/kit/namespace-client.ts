// A client as a process of its own: options as JSON in the first argument, calls as JSON lines on stdin, their ends and its events as JSON
// lines on stdout. It ends when stdin does, so that it never outlives the test that started it.
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { type Client, type ConnectOptions, DataConnectionError, FtpError, createPool } from '@twinport/ftp/client';
import type { ClientCall, ClientProcessEvent, ClientResult, ReportedError } from './client-process.js';

const options = JSON.parse(process.argv[2] ?? '{}') as ConnectOptions;
const clients = new Map<number, Client>();

print({ name: 'ready', value: {} });
for await (const line of createInterface(process.stdin)) void answer(JSON.parse(line) as ClientCall);
process.exit();

async function answer(call: ClientCall): Promise<void> {
  try {
    print({ name: 'result', value: { id: call.id, result: await run(clientOf(call.client), call) } });
  } catch (error) {
    print({ name: 'result', value: { id: call.id, error: reported(error) } });
  }
}

/** Each with a connection of its own, in one process: they share what it remembers. */
function clientOf(number: number): Client {
  const known = clients.get(number);
  if (known) return known;
  const client = createPool(options, { maxConnections: 1 });
  client.on('connection', (value) => print({ name: 'connection', client: number, value }));
  client.on('transfer', (value) => print({ name: 'transfer', client: number, value }));
  client.on('warning', (value) => print({ name: 'warning', client: number, value }));
  clients.set(number, client);
  return client;
}

async function run(client: Client, call: ClientCall): Promise<ClientResult> {
  switch (call.what) {
    case 'get': {
      const hash = createHash('sha256');
      const target = new WritableStream<Uint8Array>({ write: (chunk) => void hash.update(chunk) });
      const { size, verified, attempts, dataPath } = await client.get(call.path, target);
      return { size, verified, attempts, way: dataPath?.command, hash: hash.digest('hex') };
    }
    case 'put': {
      const { size, verified, attempts, dataPath } = await client.put(Buffer.alloc(call.size ?? 0, 'x'), call.path);
      return { size, verified, attempts, way: dataPath?.command };
    }
    case 'list':
      return { names: (await client.list(call.path).toArray()).map(({ name }) => name) };
    case 'command':
      return { code: (await client.command(call.path)).code };
    case 'close':
      await client.close();
      clients.delete(call.client);
      return {};
  }
}

function reported(error: unknown): ReportedError {
  if (!(error instanceof FtpError)) return { kind: 'unforeseen', message: String(error), transcript: [] };
  const { name: kind, code, message, hint, transcript, retryable, connectionUsable } = error;
  const attempts = error instanceof DataConnectionError ? error.attempts : [];
  return { kind, code, message, hint, transcript, retryable, connectionUsable, attempts };
}

function print(event: ClientProcessEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
