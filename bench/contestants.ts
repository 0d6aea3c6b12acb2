import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Workspace } from './workspace.js';

/** A server to measure: what to run, on which port it then listens. */
export interface Contestant {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const unpacked = fileURLToPath(new URL('../../.test/peers/', import.meta.url));
const libraries = join(unpacked, 'usr/lib/x86_64-linux-gnu');

/** Our own server; `nodeOptions` go before its script (profiling). */
export function twinport(workspace: Workspace, port: number, nodeOptions: readonly string[]): Contestant {
  const script = fileURLToPath(new URL('server.js', import.meta.url));
  return {
    name: 'twinport',
    command: process.execPath,
    args: [...nodeOptions, script, workspace.root, String(port), workspace.certificate],
  };
}

type Peer = (workspace: Workspace, port: number) => Contestant | undefined;

const vsftpd: Peer = (workspace, port) => {
  const command = find('/usr/sbin/vsftpd');
  const config = writeConfig(workspace, 'vsftpd.conf', [
    'listen=YES\nlisten_ipv6=NO\nlisten_address=127.0.0.1\nbackground=NO\nseccomp_sandbox=NO',
    `listen_port=${port}\nanon_root=${workspace.root}`,
    'anonymous_enable=YES\nwrite_enable=YES\nanon_upload_enable=YES\nanon_umask=022\nconnect_from_port_20=NO\nmax_clients=0\nmax_per_ip=0\nxferlog_enable=NO',
    'ssl_enable=YES\nallow_anon_ssl=YES\nforce_local_data_ssl=NO\nforce_local_logins_ssl=NO\nrequire_ssl_reuse=NO\nssl_ciphers=HIGH',
    `rsa_cert_file=${workspace.certificate}`,
  ]);
  return command === undefined ? undefined : { name: 'vsftpd', command, args: [config] };
};

const proftpd: Peer = (workspace, port) => {
  const command = find('/usr/sbin/proftpd', join(unpacked, 'usr/sbin/proftpd'));
  if (command === undefined) return undefined;
  const own = (name: string): string => join(workspace.folder, name);
  const config = writeConfig(workspace, 'proftpd.conf', [
    `ModulePath ${command.startsWith(unpacked) ? join(unpacked, 'usr/lib/proftpd') : '/usr/lib/proftpd'}\nLoadModule mod_tls.c`,
    `ServerType standalone\nDefaultAddress 127.0.0.1\nPort ${port}\nUser ftp\nGroup nogroup\nPidFile ${own('proftpd.pid')}`,
    `ScoreboardFile ${own('proftpd.scoreboard')}\nDelayEngine off\nUseReverseDNS off\nMaxInstances none\nUseSendfile on\nWtmpLog off`,
    'TransferLog none\nSystemLog none\nAuthPAM off\nUseIPv6 off\nDefaultChdir /',
    `TLSEngine on\nTLSRSACertificateFile ${workspace.certificate}\nTLSRSACertificateKeyFile ${workspace.certificate}\nTLSOptions NoSessionReuseRequired`,
    `<Anonymous ${workspace.root}>\nUser ftp\nGroup nogroup\nUserAlias anonymous ftp\nRequireValidShell off\nAllowOverwrite on\n</Anonymous>`,
  ]);
  return { name: 'proftpd', command, args: ['-n', '-q', '-c', config], env: { LD_LIBRARY_PATH: libraries } };
};

/** Its anonymous folder is the home of the user ftp, whatever that is: in a mount namespace of its own, that is ours. */
const pureFtpd: Peer = (workspace, port) => {
  const command = find('/usr/sbin/pure-ftpd', join(unpacked, 'usr/sbin/pure-ftpd'));
  const home = /^ftp:(?:[^:]*:){4}([^:]+):/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1];
  if (command === undefined || home === undefined) return undefined;
  const args = [
    '-S',
    `127.0.0.1,${port}`,
    '-e',
    '-H',
    '-c',
    '2000',
    '-C',
    '2000',
    '-L',
    '100000:5',
    '-g',
    join(workspace.folder, 'pure-ftpd.pid'),
  ];
  const tls = ['-Y', '1', '-2', workspace.certificate];
  const mount = ['-m', 'sh', '-c', 'mount --bind "$1" "$2" && shift 2 && exec "$@"', 'sh', workspace.root, home];
  return {
    name: 'pure-ftpd',
    command: 'unshare',
    args: [...mount, command, ...args, ...tls],
    env: { LD_LIBRARY_PATH: libraries },
  };
};

/** By name. Each is undefined where it is not installed. */
export const PEERS: Readonly<Record<string, Peer>> = { vsftpd, proftpd, 'pure-ftpd': pureFtpd };

function writeConfig(workspace: Workspace, name: string, lines: readonly string[]): string {
  const file = join(workspace.folder, name);
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

function find(...candidates: readonly string[]): string | undefined {
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false; // not installed here
    }
  });
}
