import type { ConnectOptions, FtpUrlType } from '@twinport/ftp/client';
import { UsageFault } from '../daemon/usage-fault.js';
import type { ConnectFlags } from './connect-flags.js';
import { lookUpNetrc } from './netrc-file.js';
import { passwordFromCommand, passwordFromFile, passwordFromStream } from './password-sources.js';
import { askSecret } from './prompt.js';
import type { Site } from './site.js';
import { type Surroundings, remembered } from './surroundings.js';

/** What the text alone says, and the site that it names. */
export interface NamedRemote {
  readonly options: ConnectOptions;
  readonly path: string;
  readonly type?: FtpUrlType;
  /** Undefined for URLs. */
  readonly name?: string;
  readonly site?: Site;
}

type Login = Pick<ConnectOptions, 'user' | 'account'> & { readonly password?: string };

/** Servers that take these ask for no real password (RFC 1635). */
const ANONYMOUS = new Set(['anonymous', 'ftp']);
const ANONYMOUS_PASSWORD = 'anonymous@';
const HOW_TO_GIVE_ONE =
  'give it with --password-file, --password-stdin, TWINPORT_PASSWORD, ~/.netrc or a site (twinport site add)';

/** User and password from where `resolveRemote` says, none for anonymous. Throws UsageFault, FtpError ABORTED. */
export async function loginOf(named: NamedRemote, flags: ConnectFlags, surroundings: Surroundings): Promise<Login> {
  const { options, site } = named;
  if (!site && options.user !== undefined && flags.user !== undefined && flags.user !== options.user) {
    throw new UsageFault('the URL and --user name different users');
  }
  const user = flags.user ?? options.user ?? lookUpNetrc(surroundings, options.host)?.login;
  const login = user === undefined ? anonymous(named, flags) : await withPassword(user, named, flags, surroundings);
  for (const [name, value] of Object.entries(login)) {
    if (/[\r\n\0]/.test(value)) throw new UsageFault(`the ${name} for ${options.host} holds a line end or NUL`);
  }
  return login;
}

function anonymous({ options, site }: NamedRemote, flags: ConnectFlags): Login {
  const passwords = [options.password, flags.passwordFile, site?.password, site?.['password-command']];
  if (flags.passwordStdin || passwords.some((password) => password !== undefined)) {
    throw new UsageFault(`there is a password for ${options.host} but no user: give one with --user or in the URL`);
  }
  return {};
}

async function withPassword(
  user: string,
  { options, site, name }: NamedRemote,
  flags: ConnectFlags,
  surroundings: Surroundings,
): Promise<Login> {
  const isAnonymous = ANONYMOUS.has(user);
  const written = typeof options.password === 'string' ? options.password : undefined;
  // A site's password is its own user's.
  const own = flags.user === undefined || flags.user === options.user ? site : undefined;
  const sources: readonly (() => Login | Promise<Login>)[] = [
    () => found(site ? undefined : written),
    async () => found(await flagPassword(flags, surroundings)),
    // Meant for a real user: who is anonymous tells no secrets.
    () => found(isAnonymous ? undefined : surroundings.env['TWINPORT_PASSWORD'] || undefined),
    async () => found(own && ((await sitePassword(own, name, surroundings)) ?? written)),
    () => lookUpNetrc(surroundings, options.host, user) ?? {},
    async () => found(isAnonymous ? ANONYMOUS_PASSWORD : await askedPassword(user, options, surroundings)),
  ];
  for (const source of sources) {
    const { password, account } = await source();
    if (password !== undefined) return { user, password, ...(account !== undefined && { account }) };
  }
  return { user };
}

function found(password: string | undefined): Login {
  return password === undefined ? {} : { password };
}

async function flagPassword(flags: ConnectFlags, surroundings: Surroundings): Promise<string | undefined> {
  if (flags.passwordFile !== undefined) return passwordFromFile(flags.passwordFile);
  if (!flags.passwordStdin) return undefined;
  return await remembered(surroundings, 'stdin', () => passwordFromStream(surroundings.stdin));
}

async function sitePassword(
  site: Site,
  name: string | undefined,
  surroundings: Surroundings,
): Promise<string | undefined> {
  const command = site['password-command'];
  if (command === undefined) return site.password;
  return await remembered(surroundings, `command ${command}`, () => passwordFromCommand(command, name ?? ''));
}

async function askedPassword(
  user: string,
  { host, port }: ConnectOptions,
  surroundings: Surroundings,
): Promise<string> {
  const whose = `${user}@${host}${port === undefined ? '' : `:${port}`}`;
  if (!surroundings.stdin.isTTY) throw new UsageFault(`there is no password for ${whose}: ${HOW_TO_GIVE_ONE}`);
  return await remembered(surroundings, `asked ${whose}`, () => askSecret(`Password for ${whose}: `, surroundings));
}
