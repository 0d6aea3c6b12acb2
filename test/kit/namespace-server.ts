// A server as a process of its own: options as JSON in the first argument, its events as JSON lines on stdout.
// It ends when stdin does, so that it never outlives the test that started it.
import { nftablesPinholes } from '@twinport/ftp/firewall';
import { createServer, memory } from '@twinport/ftp/server';
import { testAccounts } from './server.js';
import type { ServerProcessEvent, ServerProcessOptions } from './server-process.js';

const {
  files = {},
  longFiles = {},
  nftables,
  ...options
} = JSON.parse(process.argv[2] ?? '{}') as ServerProcessOptions;
const long = Object.entries(longFiles).map(([path, size]) => [path, 'x'.repeat(size)]);
const pinholes = nftables && nftablesPinholes(nftables);
const server = createServer({
  accounts: testAccounts(memory({ ...files, ...Object.fromEntries(long) })),
  ...options,
  ...(pinholes && { pinholes }),
});

server.on('connection', (value) => print({ name: 'connection', value }));
server.on('warning', ({ code, message, cause }) => {
  print({ name: 'warning', value: { code, message: `${message}: ${String(cause)}` } });
});
pinholes?.on('fault', ({ code, message }) => print({ name: 'warning', value: { code, message } }));
await server.listen();
await pinholes?.start();
print({ name: 'listening', value: server.endpoints });

process.stdin.resume();
process.stdin.on('end', () => process.exit());

function print(event: ServerProcessEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
