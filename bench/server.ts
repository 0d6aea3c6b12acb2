import {
  READ_WRITE,
  type Account,
  type Accounts,
  type ServerOptions,
  createServer,
  disk,
  verifyPassword,
} from '@twinport/ftp/server';
import { zeroCopy } from '@twinport/zerocopy';
import { readFileSync } from 'node:fs';
import { HASH } from './accounts.js';

/** Our server over a folder, as a process of its own: `server.js FOLDER PORT CERTIFICATE`. The PEM file holds key and certificate. */
const [folder = '.', port = '0', certificate = ''] = process.argv.slice(2);

/** The place for what makes the server faster: each is what `twinport serve` does by default, and can be switched off to compare. */
const SPEED: Pick<ServerOptions, 'zeroCopy'> = process.env['TWINPORT_ZERO_COPY'] === 'off' ? {} : { zeroCopy };

const everybody: Account = {
  name: 'anonymous',
  permissions: READ_WRITE,
  storage: disk(folder, SPEED),
};
const isAnonymous = (user: string): boolean => user === 'anonymous';
const accounts: Accounts = {
  isAnonymous,
  login: async ({ user, password }) =>
    isAnonymous(user) || (await verifyPassword(password, HASH)) ? everybody : undefined,
};
const pem = readFileSync(certificate);
const server = createServer({
  accounts,
  host: '127.0.0.1',
  port: Number(port),
  tls: { key: pem, cert: pem },
  limits: { maxCommandsPerSecond: 0, maxSessions: 20_000, maxSessionsPerAddress: 20_000 },
  ...SPEED,
});
server.on('warning', ({ code, message, cause }) => {
  if (code === 'INTERNAL') process.stderr.write(`${message}: ${String(cause)}\n`);
});
await server.listen();
process.on('SIGTERM', () => void server.destroy());
