import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PASSWORD_HASH, type ServerProgram, type Setup, USER } from './foreign-server.js';
import { UNPACKED, findProgram, missingProgram, unpackedEnvironment } from './unpacked.js';

const INSTALLED = '/usr/sbin/proftpd';
/** Those that add something to the protocol. mod_tls only where it is asked for: it would announce itself. */
const MODULES = ['copy', 'deflate', 'digest', 'site_misc'];

export const proftpd: ServerProgram = {
  name: 'proftpd',
  missing: () => missingProgram('proftpd', find()),
  prepare(setup) {
    const command = find();
    if (command === undefined) throw new Error('proftpd is not installed (npm run peers)');
    const config = join(setup.folder, 'proftpd.conf');
    const modules = command === INSTALLED ? '/usr/lib/proftpd' : join(UNPACKED, 'usr/lib/proftpd');
    writeFileSync(
      config,
      [...loading(setup, modules), ...listening(setup), ...session(setup), ...security(setup), ''].join('\n'),
    );
    return { command, args: ['-n', '-q', '-c', config], env: unpackedEnvironment() };
  },
};

function find(): string | undefined {
  return findProgram(INSTALLED, join(UNPACKED, 'usr/sbin/proftpd'));
}

function loading({ options }: Setup, modules: string): readonly string[] {
  const all = (options.tls ?? 'none') === 'none' ? MODULES : [...MODULES, 'tls'];
  return [`ModulePath ${modules}`, ...all.map((name) => `LoadModule mod_${name}.c`)];
}

function listening({ host, port, folder, logs, options }: Setup): readonly string[] {
  const { passivePorts, publicAddress, maxClients = 50 } = options;
  return [
    'ServerType standalone',
    'ServerName foreign',
    `UseIPv6 ${host === '::1' ? 'on' : 'off'}`,
    `DefaultAddress ${host}`,
    `Port ${port}`,
    'User nobody',
    'Group nogroup',
    `PidFile ${join(folder, 'proftpd.pid')}`,
    `ScoreboardFile ${join(folder, 'proftpd.scoreboard')}`,
    `SystemLog ${join(logs, 'proftpd.log')}`,
    'DebugLevel 3',
    'TransferLog none',
    'WtmpLog off',
    'MaxInstances none',
    `MaxClients ${maxClients}`,
    ...(passivePorts ? [`PassivePorts ${passivePorts.first} ${passivePorts.last}`] : []),
    ...(publicAddress === undefined ? [] : [`MasqueradeAddress ${publicAddress}`]),
    ...(options.refuse?.length ? [`<Limit ${options.refuse.join(' ')}>\nDenyAll\n</Limit>`] : []),
  ];
}

function session({ folder, root, options }: Setup): readonly string[] {
  const passwords = join(folder, 'proftpd.passwd');
  writeFileSync(passwords, `${USER.name}:${PASSWORD_HASH}:${USER.id}:${USER.id}::${root}:/bin/sh\n`);
  chmodSync(passwords, 0o600);
  return [
    'AuthPAM off',
    'AuthOrder mod_auth_file.c',
    `AuthUserFile ${passwords}`,
    'RequireValidShell off',
    'UseFtpUsers off',
    ...(options.confined === false ? [] : ['DefaultRoot ~']),
    // What it does to make guessing names harder makes every login slow.
    'DelayEngine off',
    'UseReverseDNS off',
    'MaxLoginAttempts 10',
    'AllowOverwrite on',
    'AllowStoreRestart on',
    'AllowRetrieveRestart on',
    'ListOptions -a',
    'Umask 022',
    'DeflateEngine on',
    'CopyEngine on',
    'DigestEngine on',
    'DigestMaxSize 1 GB',
  ];
}

function security(setup: Setup): readonly string[] {
  const { certificate, logs, options } = setup;
  if ((options.tls ?? 'none') === 'none') return [];
  const extra = [
    ...(options.tls === 'implicit' ? ['UseImplicitSSL'] : []),
    ...(options.requireSessionReuse === true ? [] : ['NoSessionReuseRequired']),
  ];
  return [
    'TLSEngine on',
    `TLSLog ${join(logs, 'proftpd-tls.log')}`,
    `TLSECCertificateFile ${certificate}`,
    `TLSECCertificateKeyFile ${certificate}`,
    `TLSProtocol ${options.tlsVersion ?? 'TLSv1.2 TLSv1.3'}`,
    `TLSRequired ${options.requireTls === true ? 'on' : 'off'}`,
    ...clientCertificates(setup),
    ...(extra.length > 0 ? [`TLSOptions ${extra.join(' ')}`] : []),
  ];
}

function clientCertificates({ folder, options }: Setup): readonly string[] {
  if (options.clientAuthority === undefined) return [];
  const file = join(folder, 'client-authority.pem');
  writeFileSync(file, options.clientAuthority);
  return ['TLSVerifyClient on', `TLSCACertificateFile ${file}`];
}
