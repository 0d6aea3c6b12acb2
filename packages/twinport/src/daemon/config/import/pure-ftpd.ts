import { ANONYMOUS_HOME, type Directive, Imported, type Rules, apply, limit, onlyAs, text } from './imported.js';

const YES = /^(yes|on|true|1|)$/i;
const NO = /^(no|off|false|0)$/i;
const MINUTE = 60_000;
const DEFAULT_CERTIFICATE = '/etc/ssl/private/pure-ftpd.pem';

/** The short options, by their long names. */
const SHORT: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'A chrooteveryone|B daemonize|C maxclientsperip|D displaydotfiles|E noanonymous|F fortunesfile|G norename|H dontresolve',
    'I maxidletime|J tlsciphersuite|K keepallfiles|L limitrecursion|M anonymouscancreatedirs|N natmode|O altlog',
    'P forcepassiveip|Q userratio|R nochmod|S bind|T userbandwidth|U umask|V trustedip|W allowuserfxp|X prohibitdotfilesread',
    'Y tls|Z customerproof|a trustedgid|b brokenclientscompatibility|c maxclientsnumber|d verboselog|e anonymousonly',
    'f syslogfacility|g pidfile|i anonymouscantupload|j createhomedir|k maxdiskusagepct|l login|m maxload|n quota',
    'o uploadscript|p passiveportrange|q anonymousratio|r autorename|s antiwarez|t anonymousbandwidth|u minuid',
    'w allowanonymousfxp|x prohibitdotfileswrite|y peruserlimits|z allowdotfiles|0 notruncate|1 logpid|2 certfile|4 ipv4only|6 ipv6only',
  ].flatMap((names) => names.split('|').map((each) => each.split(' '))),
);
/** Options that take a value, which may stand apart. */
const TAKES_VALUE =
  /^(maxclientsperip|fortunesfile|maxidletime|tlsciphersuite|limitrecursion|altlog|forcepassiveip|userratio|bind|userbandwidth|umask|trustedip|tls|trustedgid|maxclientsnumber|syslogfacility|pidfile|maxdiskusagepct|login|maxload|quota|passiveportrange|anonymousratio|anonymousbandwidth|minuid|peruserlimits|certfile)$/;

const SAME = [
  'daemonize|dontresolve|displaydotfiles|altlog|pidfile|syslogfacility|verboselog|logpid|noanonymous|anonymousonly|certfile',
  'customerproof|brokenclientscompatibility|fscharset|limitrecursion|notruncate|ipv4only|ipv6only|fileaccesstime|minuid',
].flatMap((names) => names.split('|'));

const RULES: Rules = {
  ...Object.fromEntries(SAME.map((name) => [name, 'the same here' as const])),
  bind: ({ value }, into) => {
    const [, host = '', port = ''] = /^(.*?)(?:,(.*))?$/.exec(value) ?? [];
    if (host !== '') into.set('host', host);
    if (port !== '') into.set('port', port === 'ftp' ? 21 : Number(port));
  },
  passiveportrange: ({ value }, into) => into.set('passive.ports', value.trim().replace(/[\s:]+/, '-')),
  forcepassiveip: text('publicAddress'),
  maxclientsnumber: limit('maxSessions'),
  maxclientsperip: limit('maxSessionsPerAddress'),
  maxidletime: limit('idleMs', MINUTE),
  chrooteveryone: onlyAs(YES),
  anonymouscantupload: onlyAs(YES),
  nochmod: onlyAs(NO),
  autorename: onlyAs(NO),
  keepallfiles: onlyAs(NO),
  norename: onlyAs(NO),
  natmode: onlyAs(NO),
  allowuserfxp: onlyAs(NO),
  allowanonymousfxp: onlyAs(NO),
  antiwarez: onlyAs(NO),
  anonymouscancreatedirs: onlyAs(NO),
  createhomedir: onlyAs(NO),
  prohibitdotfileswrite: onlyAs(NO),
  prohibitdotfilesread: onlyAs(NO),
  umask: onlyAs(/^133[\s:]+022$/),
  unixauthentication: users,
  pamauthentication: users,
  login: users,
  puredb: users,
  tls: ({ value }, into) => {
    if (Number(value) > 0) into.set('tls.required', Number(value) > 1);
  },
};

function users(directive: Directive, into: Imported): void {
  if (!NO.test(directive.value)) into.note(directive, 'its users are not taken over: write a [[user]] for each');
}

/** The options of a command line, `pure-ftpd.conf`, or the files of Debian's `/etc/pure-ftpd/conf`. */
export function importPureFtpd(directives: readonly Directive[]): Imported {
  const into = new Imported();
  apply(RULES, directives, into);
  const said = new Map(directives.map((each) => [each.name, each]));
  const is = (name: string): boolean => said.has(name) && YES.test(said.get(name)?.value ?? '');
  const anonymous = !is('noanonymous');
  into.set('anonymous', anonymous);
  into.set('directory', anonymous ? ANONYMOUS_HOME : '/home');
  if (!said.has('bind') && is('ipv4only')) into.set('host', '0.0.0.0');
  if (!is('anonymousonly')) into.user = { directory: '/home/NAME', readOnly: false };
  if (anonymous && !is('anonymouscantupload'))
    into.notes.push({ where: '-', text: 'no AnonymousCantUpload', why: 'anonymous users here may only read' });
  if ('tls' in into.settings) {
    const certificate = said.get('certfile')?.value ?? DEFAULT_CERTIFICATE;
    into.set('tls.certificate', certificate);
    into.set('tls.key', certificate);
  }
  return into;
}

/** `pure-ftpd -E -p 50000:50100 --tls=1`, on one line or several. */
export function commandLineDirectives(source: string, file: string): readonly Directive[] {
  const directives: Directive[] = [];
  for (const [index, line] of source.split(/\r?\n/).entries()) {
    const words = (line.startsWith('#') ? '' : line).replace(/\\$/, '').match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? [];
    for (let at = 0; at < words.length; at += 1) {
      const option = optionOf(words[at] ?? '');
      if (!option) continue;
      const isApart = option.value === undefined && TAKES_VALUE.test(option.name);
      const value = (isApart ? words[(at += 1)] : option.value) ?? '';
      const written = isApart ? `${option.written} ${value}` : option.written;
      directives.push({
        where: `${file}:${index + 1}`,
        text: written,
        name: option.name,
        value: value.replaceAll(/^["']|["']$/g, ''),
      });
    }
  }
  return directives;
}

function optionOf(
  word: string,
): { readonly name: string; readonly value?: string; readonly written: string } | undefined {
  const [, long, longValue] = /^--([\w-]+)(?:=(.*))?$/.exec(word) ?? [];
  if (long !== undefined)
    return { name: long.toLowerCase(), written: word, ...(longValue !== undefined && { value: longValue }) };
  const [, short, value = ''] = /^-(\w)(.*)$/.exec(word) ?? [];
  const name = short === undefined ? undefined : SHORT[short];
  return name === undefined ? undefined : { name, written: word, ...(value !== '' && { value }) };
}

/** `Name value`, a line each. */
export function fileDirectives(source: string, file: string): readonly Directive[] {
  return source.split(/\r?\n/).flatMap((line, index) => {
    const [, name, value = ''] = /^\s*([A-Za-z]\w*)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
    return name === undefined
      ? []
      : [
          {
            where: `${file}:${index + 1}`,
            text: line.trim(),
            name: name.toLowerCase(),
            value: value.replaceAll('"', ''),
          },
        ];
  });
}
