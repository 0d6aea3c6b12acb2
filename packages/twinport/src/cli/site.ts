import { resolve } from 'node:path';
import { maskUrl, parseFtpUrl } from '@twinport/ftp/client';
import { Command, Option } from 'commander';
import { stringify } from 'smol-toml';
import { UsageFault } from '../daemon/usage-fault.js';
import {
  type Site,
  OWN_SURROUNDINGS,
  passwordFromFile,
  passwordFromStream,
  readSites,
  removeSite,
  siteUrl,
  sitesPath,
  writeSite,
} from '../sites/index.js';
import { siteImportCommand } from './site-import.js';

interface AddFlags {
  readonly user?: string;
  readonly passwordFile?: string;
  readonly passwordStdin?: boolean;
  readonly passwordCommand?: string;
  readonly account?: string;
  readonly tls?: NonNullable<Site['tls']>;
  readonly active?: boolean;
  readonly passive?: boolean;
  readonly activePorts?: string;
  readonly activeAddress?: string;
  readonly proxy?: string;
  readonly encoding?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure?: boolean;
  readonly pin?: readonly string[];
  readonly zone?: string;
  readonly replace?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  twinport site add work ftpes://ann@ftp.example.com/www --password-command 'pass show work'
  twinport ls work:                               the folder www
  twinport site import ~/.config/filezilla/sitemanager.xml

Sites are kept in twinport/sites.toml in XDG_CONFIG_HOME (else ~/.config), or in the file that TWINPORT_SITES names.`;

const ADD_EXAMPLES = `
Examples:
  twinport site add work ftpes://ann@ftp.example.com/www --password-command 'pass show work'
  twinport site add nas ftp://nas.local --user bob --password-stdin --active --active-ports 50000-50100
  twinport site add mirror ftp://ftp.example.org/pub --replace`;

const NO_SITES =
  'there is no site yet: twinport site add NAME URL keeps one, twinport site import FILE takes over those of FileZilla, lftp or WinSCP\n';

const HIDDEN = '***';

export function siteCommand(): Command {
  const command = new Command('site').description('keep servers under short names').addHelpText('after', EXAMPLES);
  return command
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(addCommand())
    .addCommand(removeCommand())
    .addCommand(siteImportCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('names and URLs of all sites')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  twinport site list --json')
    .action(({ json }: { readonly json?: boolean }) => {
      const sites = Array.from(readSites(), ([name, site]) => ({ name, url: siteUrl(site) }));
      if (json) return printJson({ file: sitesPath(), sites });
      if (sites.length === 0) process.stderr.write(NO_SITES);
      const width = Math.max(0, ...sites.map(({ name }) => name.length));
      process.stdout.write(sites.map(({ name, url }) => `${name.padEnd(width)}  ${url}\n`).join(''));
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('all settings of a site, passwords hidden')
    .argument('<NAME>')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  twinport site show work')
    .action((name: string, { json }: { readonly json?: boolean }) => {
      const site = readSites().get(name);
      if (!site) throw noSuchSite(name);
      const shown = withoutSecrets(site);
      if (json) printJson({ name, ...shown });
      else process.stdout.write(`${stringify({ [name]: shown }).trimEnd()}\n`);
    });
}

function addCommand(): Command {
  return new Command('add')
    .description('keep a server, or change one with --replace')
    .argument('<NAME>', 'how it is called, as in NAME:path')
    .argument('<URL>', 'ftp://, ftpes:// (explicit TLS) or ftps:// (implicit TLS)')
    .option('--user <NAME>', 'where the URL has none')
    .option('--password-file <FILE>', 'keep the password in the first line of a file')
    .option('--password-stdin', 'keep the password in the first line of stdin')
    .option('--password-command <CMD>', 'run by the shell each time; its first line is the password')
    .option('--account <TEXT>', 'for servers that ask for one (ACCT)')
    .addOption(
      new Option('--tls <MODE>', 'for ftp:// URLs').choices(['off', 'if-offered', 'explicit', 'implicit'] as const),
    )
    .option('--active', 'the server opens the data connection')
    .option('--passive', 'we open the data connection; default: whatever works')
    .option('--active-ports <A-B>', 'the ports we listen on in active mode')
    .option('--active-address <ADDR>', 'the address we announce in active mode')
    .option('--proxy <URL>', 'the way there')
    .option('--encoding <NAME>', 'of names on the server (default: utf-8)')
    .option('--ca <FILE>', 'certificate authorities, PEM')
    .option('--cert <FILE>', 'our own certificate, PEM')
    .option('--key <FILE>', 'its key, PEM')
    .option('--insecure', 'accept any certificate')
    .option('--pin <SHA256>', 'the server’s certificate; repeat for more', collect)
    .option('--zone <OFFSET>', 'of times in listings: UTC, +02:00')
    .option('--replace', 'where there is a site of that name')
    .option('--json', 'print one JSON object')
    .addHelpText('after', ADD_EXAMPLES)
    .action(add);
}

async function add(name: string, url: string, flags: AddFlags): Promise<void> {
  if (readSites().has(name) && !flags.replace) {
    throw new UsageFault(`there is a site ${JSON.stringify(name)} already; --replace replaces it`);
  }
  const site = { ...whereOf(url, flags), ...(await secretOf(url, flags)), ...settingsOf(flags) };
  await writeSite(name, site);
  const shown = withoutSecrets(site);
  if (flags.json) printJson({ name, ...shown });
  else process.stdout.write(`added ${name}  ${siteUrl(site)}\n`);
}

/** A URL as it is, without password; or its parts where an option says more than a URL can. */
function whereOf(text: string, { user, tls }: AddFlags): Site {
  const { options, path } = parseFtpUrl(text);
  if (user !== undefined && options.user !== undefined && user !== options.user) {
    throw new UsageFault('the URL and --user name different users');
  }
  if (tls === undefined || tls === options.tls) {
    return { url: siteUrl({ url: text }), ...(options.user === undefined && user !== undefined && { user }) };
  }
  if (options.tls !== 'off') throw new UsageFault('--tls is for ftp:// URLs; ftpes:// and ftps:// say it themselves');
  const login = user ?? options.user;
  return {
    host: options.host,
    ...(options.port !== undefined && { port: options.port }),
    ...(login !== undefined && { user: login }),
    tls,
    ...(path !== '' && { path }),
  };
}

async function secretOf(url: string, flags: AddFlags): Promise<Pick<Site, 'password' | 'password-command'>> {
  const { password } = parseFtpUrl(url).options;
  const given = [password, flags.passwordFile, flags.passwordStdin, flags.passwordCommand];
  if (given.filter((each) => each !== undefined).length > 1) throw new UsageFault('give the password in one way only');
  if (flags.passwordCommand !== undefined) return { 'password-command': flags.passwordCommand };
  if (flags.passwordFile !== undefined) return { password: passwordFromFile(flags.passwordFile) };
  if (flags.passwordStdin) return { password: await passwordFromStream(OWN_SURROUNDINGS.stdin) };
  return typeof password === 'string' ? { password } : {};
}

function settingsOf(flags: AddFlags): Partial<Site> {
  if (flags.active && flags.passive) throw new UsageFault('--active and --passive exclude each other');
  const mode = flags.active ? 'active' : flags.passive ? 'passive' : undefined;
  const settings: Record<string, Site[keyof Site]> = {
    account: flags.account,
    mode,
    'active-ports': flags.activePorts,
    'active-address': flags.activeAddress,
    proxy: flags.proxy,
    encoding: flags.encoding,
    ca: absolute(flags.ca),
    cert: absolute(flags.cert),
    key: absolute(flags.key),
    insecure: flags.insecure,
    pins: flags.pin === undefined ? undefined : [...flags.pin],
    zone: flags.zone,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** The site is used from other folders too. */
function absolute(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

function removeCommand(): Command {
  return new Command('remove')
    .description('forget sites')
    .argument('<NAME...>')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  twinport site remove work')
    .action(async (names: readonly string[], { json }: { readonly json?: boolean }) => {
      const sites = readSites();
      for (const name of names) if (!sites.has(name)) throw noSuchSite(name);
      for (const name of names) await removeSite(name);
      if (json) printJson({ removed: names });
      else process.stdout.write(names.map((name) => `removed ${name}\n`).join(''));
    });
}

function noSuchSite(name: string): UsageFault {
  return new UsageFault(`there is no site ${JSON.stringify(name)} in ${sitesPath()}; twinport site list shows all`);
}

function withoutSecrets(site: Site): Site {
  return {
    ...site,
    ...(site.url !== undefined && { url: maskUrl(site.url) }),
    ...(site.proxy !== undefined && { proxy: maskUrl(site.proxy) }),
    ...(site.password !== undefined && { password: HIDDEN }),
    ...(site.account !== undefined && { account: HIDDEN }),
  };
}

function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
