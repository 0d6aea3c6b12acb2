import { execFileSync } from 'node:child_process';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ANONYMOUS, HASH, USER, withAccounts } from './accounts.js';
import type { Workspace } from './workspace.js';

/** A server to measure: what to run, on which port it then listens. */
export interface Contestant {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export const OURS = 'twinport';
/** The program with two processes for its sessions. */
export const WORKERS = 'twinport-workers';
/** No server: what the load generator reaches against one that does no work. */
export const CEILING = 'ceiling';
/** Debian's own has Debian's modules, and no wrapper before it that takes its time. */
export const PYTHON = find('/usr/bin/python3') ?? 'python3';

const unpacked = fileURLToPath(new URL('../../.test/peers/', import.meta.url));
const libraries = join(unpacked, 'usr/lib/x86_64-linux-gnu');
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** One process for all sessions needs a descriptor for each; without root there are as many as there may be. */
const MANY_DESCRIPTORS = 'ulimit -n 65536 2>/dev/null; exec "$@"';
/** And what it says of every transfer is not shown. */
const QUIETLY = `${MANY_DESCRIPTORS} 2>/dev/null`;

function roomy(name: string, command: string, args: readonly string[], script = MANY_DESCRIPTORS): Contestant {
  return { name, command: 'sh', args: ['-c', script, 'sh', command, ...args] };
}

/** Our own server; `nodeOptions` go before its script (profiling). */
export function twinport(workspace: Workspace, port: number, nodeOptions: readonly string[]): Contestant {
  const args = [...nodeOptions, beside('server.js'), workspace.root, String(port), workspace.certificate];
  return roomy(OURS, process.execPath, args);
}

export function twinportWorkers(workspace: Workspace, port: number): Contestant {
  const { root, certificate } = workspace;
  const config = writeConfig(workspace, 'twinport.toml', [
    `directory = "${root}"\nhost = "127.0.0.1"\nport = ${port}\nworkers = 2`,
    `[tls]\ncertificate = "${certificate}"\nkey = "${certificate}"`,
    '[limits]\nmaxCommandsPerSecond = 0\nmaxSessions = 20000\nmaxSessionsPerAddress = 20000',
    `[[user]]\nname = "${ANONYMOUS.name}"\npassword = "${ANONYMOUS.password}"`,
    `[[user]]\nname = "${USER.name}"\npasswordHash = "${HASH}"`,
  ]);
  const main = beside('../../packages/twinport/dist/cli/main.js');
  return roomy(WORKERS, process.execPath, [main, 'serve', '--config', config], QUIETLY);
}

export function ceiling({ big, certificate }: Workspace, port: number): Contestant {
  const args = [beside('../ceiling.py'), String(port), big, certificate];
  return { name: CEILING, command: PYTHON, args };
}

type Peer = (workspace: Workspace, port: number) => Contestant | undefined;

const vsftpd: Peer = (workspace, port) => {
  const command = find('/usr/sbin/vsftpd');
  const config = writeConfig(workspace, 'vsftpd.conf', [
    'listen=YES\nlisten_ipv6=NO\nlisten_address=127.0.0.1\nbackground=NO\nseccomp_sandbox=NO\nisolate=NO\nisolate_network=NO',
    `listen_port=${port}\nanon_root=${workspace.root}\nlocal_root=${workspace.root}\nsecure_chroot_dir=${workspace.empty}`,
    'anonymous_enable=YES\nlocal_enable=YES\nwrite_enable=YES\nanon_upload_enable=YES\nanon_umask=022\npam_service_name=vsftpd',
    'chroot_local_user=YES\nallow_writeable_chroot=YES\ndelay_successful_login=0',
    'connect_from_port_20=NO\nmax_clients=0\nmax_per_ip=0\nxferlog_enable=NO',
    'ssl_enable=YES\nallow_anon_ssl=YES\nforce_local_data_ssl=NO\nforce_local_logins_ssl=NO\nrequire_ssl_reuse=NO\nssl_ciphers=HIGH',
    `rsa_cert_file=${workspace.certificate}`,
  ]);
  return command === undefined ? undefined : privately(workspace, 'vsftpd', command, [config]);
};

const proftpd: Peer = (workspace, port) => {
  const command = find('/usr/sbin/proftpd', join(unpacked, 'usr/sbin/proftpd'));
  if (command === undefined) return undefined;
  const own = (name: string): string => join(workspace.folder, name);
  const config = writeConfig(workspace, 'proftpd.conf', [
    `ModulePath ${command.startsWith(unpacked) ? join(unpacked, 'usr/lib/proftpd') : '/usr/lib/proftpd'}\nLoadModule mod_tls.c`,
    `ServerType standalone\nDefaultAddress 127.0.0.1\nPort ${port}\nUser nobody\nGroup nogroup\nPidFile ${own('proftpd.pid')}`,
    `ScoreboardFile ${own('proftpd.scoreboard')}\nDelayEngine off\nUseReverseDNS off\nMaxInstances none\nUseSendfile on\nWtmpLog off`,
    'TransferLog none\nSystemLog none\nAuthPAM off\nAuthOrder mod_auth_unix.c\nUseFtpUsers off\nRequireValidShell off\nUseIPv6 off\nDefaultChdir /',
    `DefaultRoot ${workspace.root}`,
    `TLSEngine on\nTLSRSACertificateFile ${workspace.certificate}\nTLSRSACertificateKeyFile ${workspace.certificate}\nTLSOptions NoSessionReuseRequired`,
    `<Anonymous ${workspace.root}>\nUser ftp\nGroup ftp\nUserAlias anonymous ftp\nRequireValidShell off\nAllowOverwrite on\n</Anonymous>`,
  ]);
  return privately(workspace, 'proftpd', command, ['-n', '-q', '-c', config]);
};

const pureFtpd: Peer = (workspace, port) => {
  const command = find('/usr/sbin/pure-ftpd', join(unpacked, 'usr/sbin/pure-ftpd'));
  if (command === undefined) return undefined;
  const listening = ['-S', `127.0.0.1,${port}`, '-H', '-c', '20000', '-C', '20000'];
  const limits = ['-L', '200000:5', '-l', 'unix', '-A', '-g', join(workspace.folder, 'pure-ftpd.pid')];
  const tls = ['-Y', '1', '-2', workspace.certificate];
  return privately(workspace, 'pure-ftpd', command, [...listening, ...limits, ...tls]);
};

const pyftpdlib: Peer = ({ root, certificate, owner }, port) => {
  if (!hasPyftpdlib()) return undefined;
  const { name: user, password } = USER;
  const wishes = { host: '127.0.0.1', port, root, certificate, user, password, id: owner };
  return roomy('pyftpdlib', PYTHON, [beside('../pyftpdlib-server.py'), JSON.stringify(wishes)]);
};

/** By name: those that ours is held against. Each is undefined where it is not installed. */
export const PEERS: Readonly<Record<string, Peer>> = { vsftpd, proftpd, 'pure-ftpd': pureFtpd, pyftpdlib };

function privately(workspace: Workspace, name: string, command: string, args: readonly string[]): Contestant {
  const env = { LD_LIBRARY_PATH: libraries };
  return { name, command: 'unshare', args: withAccounts(workspace, command, args), env };
}

function hasPyftpdlib(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import pyftpdlib, OpenSSL'], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // a module is not installed
  }
}

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
