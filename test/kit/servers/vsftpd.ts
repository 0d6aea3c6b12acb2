import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerProgram, Setup } from './foreign-server.js';
import { findProgram, missingProgram } from './unpacked.js';

const PROGRAM = '/usr/sbin/vsftpd';

export const vsftpd: ServerProgram = {
  name: 'vsftpd',
  missing: () => missingProgram('vsftpd', findProgram(PROGRAM)),
  prepare(setup) {
    const config = join(setup.folder, 'vsftpd.conf');
    writeFileSync(config, [...listening(setup), ...session(setup), ...security(setup)].join('\n'));
    chmodSync(config, 0o600);
    return {
      command: PROGRAM,
      args: [config],
      etc: { 'pam.d/vsftpd': 'auth required pam_unix.so nodelay\naccount required pam_unix.so\n' },
    };
  },
};

function listening({ host, port, options }: Setup): readonly string[] {
  const { passivePorts, publicAddress, maxClients = 50 } = options;
  return [
    'background=NO',
    ...(host === '::1' ? ['listen_ipv6=YES', 'listen_address6=::1'] : ['listen=YES', `listen_address=${host}`]),
    `listen_port=${port}`,
    `max_clients=${maxClients}`,
    `max_per_ip=${maxClients}`,
    'connect_from_port_20=NO', // other servers on this machine may be using it
    ...(passivePorts ? [`pasv_min_port=${passivePorts.first}`, `pasv_max_port=${passivePorts.last}`] : []),
    ...(publicAddress === undefined ? [] : [`pasv_address=${publicAddress}`]),
    ...(options.vsftpd ?? []),
    ...(options.refuse?.length ? [`cmds_denied=${options.refuse.join(',')}`] : []),
  ];
}

function session({ folder, root, logs, options }: Setup): readonly string[] {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  return [
    'anonymous_enable=NO',
    'local_enable=YES',
    `local_root=${root}`,
    `chroot_local_user=${options.confined === false ? 'NO' : 'YES'}`,
    'allow_writeable_chroot=YES',
    `secure_chroot_dir=${empty}`,
    'pam_service_name=vsftpd',
    'local_umask=022',
    'write_enable=YES',
    'mdtm_write=YES',
    'ls_recurse_enable=YES',
    'force_dot_files=YES',
    'async_abor_enable=YES',
    'ascii_upload_enable=YES',
    'ascii_download_enable=YES',
    'utf8_filesystem=YES',
    // A network namespace for each session takes longer than the rest of the login; its system call filter is older than the kernel.
    'isolate=NO',
    'isolate_network=NO',
    'seccomp_sandbox=NO',
    'delay_failed_login=0',
    'max_login_fails=10',
    'xferlog_enable=YES',
    'xferlog_std_format=NO',
    'log_ftp_protocol=YES',
    `vsftpd_log_file=${join(logs, 'vsftpd.log')}`,
    '',
  ];
}

function security(setup: Setup): readonly string[] {
  const { certificate, options } = setup;
  if ((options.tls ?? 'none') === 'none') return [];
  const required = options.requireTls === true || options.tls === 'implicit' ? 'YES' : 'NO';
  return [
    'ssl_enable=YES',
    `implicit_ssl=${options.tls === 'implicit' ? 'YES' : 'NO'}`,
    `rsa_cert_file=${certificate}`,
    `rsa_private_key_file=${certificate}`,
    'ssl_ciphers=HIGH',
    'debug_ssl=YES',
    `force_local_logins_ssl=${required}`,
    `force_local_data_ssl=${options.requireTls === true ? 'YES' : 'NO'}`,
    `require_ssl_reuse=${options.requireSessionReuse === true ? 'YES' : 'NO'}`,
    ...clientCertificates(setup),
    '',
  ];
}

function clientCertificates({ folder, options }: Setup): readonly string[] {
  if (options.clientAuthority === undefined) return [];
  const file = join(folder, 'client-authority.pem');
  writeFileSync(file, options.clientAuthority);
  return ['require_cert=YES', 'validate_cert=YES', `ca_certs_file=${file}`];
}
