import { join } from 'node:path';
import type { ServerProgram, Setup } from './foreign-server.js';
import { UNPACKED, findProgram, missingProgram, unpackedEnvironment } from './unpacked.js';

/** It takes users from `/etc/passwd`, which here is its own. More than some eight clients that connect at once wait for seconds: its backlog. */
export const pureFtpd: ServerProgram = {
  name: 'pure-ftpd',
  missing: () => missingProgram('pure-ftpd', find()),
  prepare(setup) {
    const command = find();
    if (command === undefined) throw new Error('pure-ftpd is not installed (npm run peers)');
    refuseImpossible(setup);
    return { command, args: [...listening(setup), ...session(setup), ...security(setup)], env: unpackedEnvironment() };
  },
};

function find(): string | undefined {
  return findProgram('/usr/sbin/pure-ftpd', join(UNPACKED, 'usr/sbin/pure-ftpd'));
}

function refuseImpossible({ options }: Setup): void {
  if (options.tls === 'implicit') throw new Error('the pure-ftpd of Debian is built without implicit TLS');
  if (options.requireSessionReuse === true) throw new Error('pure-ftpd cannot require that TLS sessions are resumed');
  if (options.refuse?.length) throw new Error('pure-ftpd cannot refuse single verbs');
}

function listening({ host, port, folder, options }: Setup): readonly string[] {
  const { passivePorts, publicAddress, maxClients = 50 } = options;
  return [
    '--bind',
    `${host},${port}`,
    '--maxclientsnumber',
    String(maxClients),
    '--maxclientsperip',
    String(maxClients),
    '--pidfile',
    join(folder, 'pure-ftpd.pid'),
    ...(passivePorts ? ['--passiveportrange', `${passivePorts.first}:${passivePorts.last}`] : []),
    ...(publicAddress === undefined ? [] : ['--forcepassiveip', publicAddress]),
  ];
}

function session({ logs, options }: Setup): readonly string[] {
  return [
    '--login',
    'unix',
    '--noanonymous',
    '--dontresolve',
    '--displaydotfiles',
    '--limitrecursion',
    '100000:20',
    '--umask',
    '133:022',
    '--altlog',
    `clf:${join(logs, 'pure-ftpd.log')}`,
    ...(options.confined === false ? [] : ['--chrooteveryone']),
  ];
}

function security({ certificate, options }: Setup): readonly string[] {
  if ((options.tls ?? 'none') === 'none') return [];
  return ['--tls', options.requireTls === true ? '3' : '1', '--certfile', certificate];
}
