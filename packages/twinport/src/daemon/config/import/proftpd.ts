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

const ON = /^(on|yes|true|1)\b/i;
const OFF = /^(off|no|false|0|none)\b/i;

/** A directive, and the sections that it stands in: `['Anonymous ~ftp', 'Limit WRITE']`. */
interface Placed extends Directive {
  readonly sections: readonly string[];
}

const SAME = [
  'servername|servertype|deferwelcome|defaultserver|defaultroot|user|group|systemlog|transferlog|wtmplog|useipv6|tlsengine',
  'identlookups|usereversedns|timesgmt|displayconnect|pidfile|scoreboardfile|delayengine|debuglevel|multilinerfc2228|tlslog',
  'tlsrsacertificatefile|tlsrsacertificatekeyfile|tlseccertificatefile|tlseccertificatekeyfile|tlsrequired|tlsoptions|modulepath',
  'loadmodule|modulecontrolsacl|listoptions|allowstorerestart|allowretrieverestart|quotaengine|ratios|controlsengine|persistentpasswd',
  'requirevalidshell|usefastcgi|usesendfile|defaultaddress|authorder|controlsmaxclients|controlslog|controlsinterval|controlssocket|dynmastersrefresh|lastlog|useftpusers|socketbindtight',
].flatMap((names) => names.split('|'));

const RULES: Rules = {
  ...Object.fromEntries(SAME.map((name) => [name, 'the same here' as const])),
  port: ({ value }, into) => into.set('port', Number(value)),
  passiveports: ({ value }, into) => into.set('passive.ports', value.trim().split(/\s+/).join('-')),
  masqueradeaddress: text('publicAddress'),
  maxclients: limit('maxSessions'),
  maxinstances: (directive, into) => {
    if (!OFF.test(directive.value)) limit('maxSessions')(directive, into);
  },
  maxclientsperhost: limit('maxSessionsPerAddress'),
  timeoutidle: limit('idleMs', SECOND),
  timeoutlogin: limit('preLoginMs', SECOND),
  timeoutstalled: limit('dataStallMs', SECOND),
  maxloginattempts: limit('maxLoginFailures'),
  serverident: ({ value }, into) => {
    const [, greeting] = /"(.*)"/.exec(value) ?? [];
    if (greeting !== undefined) into.set('greeting', greeting);
  },
  umask: onlyAs(/^0?22(\s+0?22)?$/),
  allowoverwrite: onlyAs(ON),
  allowforeignaddress: onlyAs(OFF, 'a data connection to another address is always refused'),
  tlsprotocol: onlyAs(/^(TLSv1\.2|TLSv1\.3|\s)+$/, 'TLS here is 1.2 or 1.3'),
  tlsverifyclient: onlyAs(OFF),
  include: (directive, into) => into.note(directive, 'not read: import that file too'),
  authpam: onlyAs(OFF, 'users of PAM are not taken over: write a [[user]] for each'),
  authuserfile: (directive, into) => into.note(directive, 'its users are not taken over: write a [[user]] for each'),
};

/** Of `<Anonymous>`, beside what is refused there. */
const ANONYMOUS_RULES: Rules = {
  user: 'the same here',
  group: 'the same here',
  useralias: 'the same here',
  requirevalidshell: 'the same here',
};

/** `proftpd.conf`. */
export function importProftpd(source: string, file: string): Imported {
  const into = new Imported();
  const placed = [...directivesOf(source, file, into)];
  const main = placed.filter(({ sections }) => sections.length === 0);
  const anonymous = placed.filter(({ sections }) => /^anonymous\b/i.test(sections[0] ?? ''));
  apply(RULES, main, into);
  apply(
    ANONYMOUS_RULES,
    anonymous.filter(({ sections }) => sections.length === 1),
    into,
  );
  limits(into, placed);
  const said = new Map(main.map((each) => [each.name, each]));
  addresses(into, said);
  const [root] = anonymous[0]?.sections ?? [];
  into.set('anonymous', root !== undefined);
  into.set('directory', root === undefined ? '/home' : (homeOf(root) ?? ANONYMOUS_HOME));
  into.user = { directory: '/home/NAME', readOnly: denies(placed, []) };
  if (root !== undefined && !denies(placed, [root]))
    into.notes.push({
      where: anonymous[0]?.where ?? file,
      text: `<${root}>`,
      why: 'anonymous users here may only read',
    });
  if (ON.test(said.get('tlsengine')?.value ?? '')) tls(into, said);
  into.notes.sort((one, other) => lineOf(one.where) - lineOf(other.where));
  return into;
}

const lineOf = (where: string): number => Number(/:(\d+)$/.exec(where)?.[1] ?? 0);

/** Those of a section that has no counterpart are not given; the section is noted. */
function* directivesOf(source: string, file: string, into: Imported): Generator<Placed> {
  let sections: string[] = [];
  let skipping = 0;
  for (const { where, line } of linesOf(source, file)) {
    const [, closing, heading] = /^<(\/?)([^>]*)>$/.exec(line) ?? [];
    if (heading === undefined) {
      const [, name = '', value = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
      if (skipping === 0)
        yield { where, text: line, name: name.toLowerCase(), value: value.replace(/^"(.*)"$/, '$1'), sections };
    } else if (closing !== '') {
      if (skipping > 0) skipping -= 1;
      else if (!isTransparent(heading)) sections = sections.slice(0, -1);
    } else if (skipping > 0) skipping += 1;
    else if (/^(virtualhost|directory|class|ifdefine|ifuser|ifgroup)\b/i.test(heading)) {
      into.note({ where, text: line });
      skipping = 1;
    } else if (!isTransparent(heading)) sections = [...sections, heading];
  }
}

/** What stands in it holds as if it did not. */
const isTransparent = (heading: string): boolean => /^(ifmodule|global)\b/i.test(heading.trim());

function* linesOf(source: string, file: string): Generator<{ readonly where: string; readonly line: string }> {
  let before = '';
  for (const [index, raw] of source.split(/\r?\n/).entries()) {
    const line = `${before}${raw.trim()}`;
    before = line.endsWith('\\') ? `${line.slice(0, -1)} ` : '';
    if (before === '' && line !== '' && !line.startsWith('#')) yield { where: `${file}:${index + 1}`, line };
  }
}

/** Whether writing is refused there. */
function denies(placed: readonly Placed[], within: readonly string[]): boolean {
  return placed.some(
    ({ name, sections }) =>
      name === 'denyall' &&
      sections.length === within.length + 1 &&
      within.every((each, index) => sections[index] === each) &&
      /^limit\b.*\b(write|all)\b/i.test(sections.at(-1) ?? ''),
  );
}

/** Limits other than those of writing. */
function limits(into: Imported, placed: readonly Placed[]): void {
  for (const each of placed) {
    const section = each.sections.at(-1) ?? '';
    if (!/^limit\b/i.test(section)) continue;
    if (!/\bwrite\b/i.test(section) || each.name !== 'denyall')
      into.note({ ...each, text: `<${section}> ${each.text}` });
  }
}

type Said = ReadonlyMap<string, Directive>;

function addresses(into: Imported, said: Said): void {
  const address = said.get('defaultaddress')?.value;
  if (address !== undefined) into.set('host', address);
  else if (OFF.test(said.get('useipv6')?.value ?? '')) into.set('host', '0.0.0.0');
}

function homeOf(section: string): string | undefined {
  const path = section.replace(/^anonymous\s+/i, '').replaceAll('"', '');
  return path.startsWith('/') ? path : undefined;
}

function tls(into: Imported, said: Said): void {
  const file = (kind: string): string | undefined =>
    said.get(`tlsec${kind}file`)?.value ?? said.get(`tlsrsa${kind}file`)?.value;
  const certificate = file('certificate') ?? '/etc/ssl/certs/proftpd.crt';
  into.set('tls.certificate', certificate);
  into.set('tls.key', file('certificatekey') ?? certificate);
  const required = said.get('tlsrequired');
  into.set('tls.required', required !== undefined && /^(on|ctrl|auth|auth\+data|ctrl\+data)$/i.test(required.value));
  if (required && !/^(on|off)$/i.test(required.value))
    into.note(required, 'TLS is required of both connections or of none');
  const options = said.get('tlsoptions');
  into.set('tls.dataSessionReuse', /NoSessionReuseRequired/i.test(options?.value ?? '') ? 'report' : 'require');
  if (options && /UseImplicitSSL/i.test(options.value)) into.set('port', 990);
}
