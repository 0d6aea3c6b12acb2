import { type Account, type Accounts, createServer, disk } from '@twinport/ftp/server';
import { zeroCopy } from '@twinport/zerocopy';
import { readFileSync } from 'node:fs';

/** Our server over a folder, as a process of its own: `server.js FOLDER PORT CERTIFICATE`. The PEM file holds key and certificate. */
const [folder = '.', port = '0', certificate = ''] = process.argv.slice(2);

const everybody: Account = {
  name: 'anonymous',
  permissions: new Set(['list', 'read', 'write']),
  storage: disk(folder),
};
const accounts: Accounts = { login: () => Promise.resolve(everybody), isAnonymous: () => true };
const pem = readFileSync(certificate);
const server = createServer({
  accounts,
  host: '127.0.0.1',
  port: Number(port),
  tls: { key: pem, cert: pem },
  ...(process.env['TWINPORT_ZERO_COPY'] === 'off' ? {} : { zeroCopy }),
  limits: { maxCommandsPerSecond: 0, maxSessionsPerAddress: 10_000 },
});
server.on('warning', ({ code, message, cause }) => {
  if (code === 'INTERNAL') process.stderr.write(`${message}: ${String(cause)}\n`);
});
await server.listen();
process.on('SIGTERM', () => void server.destroy());
