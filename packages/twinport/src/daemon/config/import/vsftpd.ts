import {
  ANONYMOUS_HOME,
  type Directive,
  Imported,
  type Rules,
  SECOND,
  apply,
  limit,
  onlyAs,
  text,
} from './imported.js';

const YES = /^(yes|true|1)$/i;
const NO = /^(no|false|0)$/i;
const DEFAULT_CERTIFICATE = '/usr/share/ssl/certs/vsftpd.pem';
const ALWAYS_READS = 'anonymous users here may only read';

const SAME = [
  'listen|listen_ipv6|background|local_enable|anonymous_enable|write_enable|anon_root|local_root|ssl_enable|implicit_ssl',
  'rsa_cert_file|rsa_private_key_file|force_local_logins_ssl|force_local_data_ssl|require_ssl_reuse|connect_from_port_20',
  'ftp_data_port|pasv_min_port|pasv_max_port|pasv_addr_resolve|xferlog_enable|xferlog_std_format|use_localtime|secure_chroot_dir|nopriv_user',
  'pam_service_name|allow_writeable_chroot|seccomp_sandbox|isolate|isolate_network|utf8_filesystem|ls_recurse_enable',
  'async_abor_enable|ascii_download_enable|ascii_upload_enable|log_ftp_protocol|debug_ssl|mdtm_write|setproctitle_enable',
  'one_process_model|run_as_launching_user|session_support|tcp_wrappers|ssl_tlsv1|force_anon_logins_ssl|force_anon_data_ssl',
].flatMap((names) => names.split('|'));

const ANONYMOUS_WRITES = ['anon_upload_enable', 'anon_mkdir_write_enable', 'anon_other_write_enable'];
const OLD_TLS = ['ssl_sslv2', 'ssl_sslv3', 'ssl_tlsv1_1'];

const RULES: Rules = {
  ...Object.fromEntries(SAME.map((name) => [name, 'the same here' as const])),
  ...Object.fromEntries(ANONYMOUS_WRITES.map((name) => [name, onlyAs(NO, ALWAYS_READS)])),
  ...Object.fromEntries(OLD_TLS.map((name) => [name, onlyAs(NO, 'TLS here is 1.2 or 1.3')])),
  listen_port: (directive, into) => into.set('port', Number(directive.value)),
  listen_address: text('host'),
  listen_address6: text('host'),
  pasv_address: text('publicAddress'),
  ftpd_banner: text('greeting'),
  max_clients: limit('maxSessions'),
  max_per_ip: limit('maxSessionsPerAddress'),
  idle_session_timeout: limit('idleMs', SECOND),
  data_connection_timeout: limit('dataStallMs', SECOND),
  accept_timeout: limit('dataWaitMs', SECOND),
  max_login_fails: limit('maxLoginFailures'),
  chroot_local_user: onlyAs(YES, 'users here see their folder only'),
  local_umask: onlyAs(/^0?22$/),
  pasv_enable: onlyAs(YES, 'passive mode is always there'),
  port_enable: onlyAs(YES, 'active mode is always there'),
  pasv_promiscuous: onlyAs(NO, 'a data connection from another address is always refused'),
  port_promiscuous: onlyAs(NO, 'a data connection to another address is always refused'),
  userlist_enable: onlyAs(NO),
  allow_anon_ssl: onlyAs(NO),
  guest_enable: onlyAs(NO, 'users of PAM are not taken over: write a [[user]] for each'),
  strict_ssl_read_eof: ({ value }, into) => into.set('tls.requireCloseNotify', YES.test(value)),
};

/** `vsftpd.conf`, with what holds there where nothing is said. */
export function importVsftpd(source: string, file: string): Imported {
  const into = new Imported();
  const directives = [...directivesOf(source, file)];
  apply(RULES, directives, into);
  const said = new Map(directives.map((each) => [each.name, each]));
  const is = (name: string, otherwise: boolean): boolean =>
    YES.test(said.get(name)?.value ?? (otherwise ? 'yes' : 'no'));
  who(into, said, is);
  ports(into, said, is);
  if (is('ssl_enable', false)) tls(into, said, is);
  return into;
}

type Said = ReadonlyMap<string, Directive>;
type Is = (name: string, otherwise: boolean) => boolean;

function* directivesOf(source: string, file: string): Generator<Directive> {
  for (const [index, line] of source.split(/\r?\n/).entries()) {
    const [, name = '', value = ''] = /^([^#=\s][^=]*)=(.*)$/.exec(line) ?? [];
    if (name !== '') yield { where: `${file}:${index + 1}`, text: line, name: name.toLowerCase(), value: value.trim() };
  }
}

function who(into: Imported, said: Said, is: Is): void {
  const anonymous = is('anonymous_enable', true);
  into.set('anonymous', anonymous);
  const users = is('local_enable', false);
  const root = said.get('local_root');
  if (users) into.user = { directory: root?.value ?? '/home/NAME', readOnly: !is('write_enable', false) };
  if (root && root.value.includes('$')) into.note(root, 'write the folder of each [[user]]');
  into.set('directory', anonymous ? (said.get('anon_root')?.value ?? ANONYMOUS_HOME) : (root?.value ?? '/home'));
}

function ports(into: Imported, said: Said, is: Is): void {
  const [first, last] = ['pasv_min_port', 'pasv_max_port'].map((name) => Number(said.get(name)?.value ?? 0));
  if (first && last) into.set('passive.ports', `${first}-${last}`);
  const dataPort = said.get('ftp_data_port');
  if (!is('connect_from_port_20', false)) into.set('activePort', 'any');
  else into.set('activePort', Number(dataPort?.value ?? 20));
}

function tls(into: Imported, said: Said, is: Is): void {
  const certificate = said.get('rsa_cert_file')?.value ?? DEFAULT_CERTIFICATE;
  into.set('tls.certificate', certificate);
  into.set('tls.key', said.get('rsa_private_key_file')?.value ?? certificate);
  const isRequired = is('force_local_logins_ssl', true);
  into.set('tls.required', isRequired && !is('anonymous_enable', true));
  into.set('tls.dataSessionReuse', is('require_ssl_reuse', true) ? 'require' : 'report');
  const enable = said.get('ssl_enable');
  if (enable && isRequired && is('anonymous_enable', true))
    into.note(enable, 'TLS is required of all or of none here: required = false, since anonymous users come without');
  const implicit = said.get('implicit_ssl');
  if (implicit && is('implicit_ssl', false)) {
    if (said.has('listen_port') && said.get('listen_port')?.value !== '990')
      into.note(implicit, 'TLS begins with the first byte on port 990 only');
    else into.set('port', 990);
  }
}
