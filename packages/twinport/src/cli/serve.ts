import { Command, InvalidArgumentError, Option } from 'commander';
import { type PortRange, parsePortRange } from '@twinport/ftp/client';
import type { SourcePort } from '@twinport/ftp/server';
import { MAX_WORKERS, type ServeTls, type ServeUser } from '../daemon/serve-options.js';
import type { ServeFlags } from './run-serve.js';

const EXAMPLES = `
Examples:
  twinport serve                                  this folder, for everybody, read-only
  twinport serve /srv/files --user ann:secret     ann may read and write
  twinport serve --user ann:secret --user guest:guest:ro --tls self-signed --require-tls
  twinport serve --passive-ports 50000-50100 --public-address 203.0.113.7
                                                  behind NAT: forward 21 and 50000-50100

Without --user anybody may read (anonymous) and nobody may write.
With pinholes = "nftables" under [firewall] in the configuration file no range has to be open.
On port 990 TLS is implicit: it begins with the first byte.
Ctrl-C lets running transfers end; twice ends at once.`;

export function serveCommand(): Command {
  return new Command('serve')
    .description('serve a folder over FTP, in active and passive mode')
    .argument('[DIR]', 'the folder to serve (default: the current one)')
    .option('--host <ADDR>', 'listen on this address only (default: every IPv4 and IPv6 address)')
    .option('--port <N>', 'control port (default: 21 where permitted, else 2121)', parsePort)
    .option('--user <NAME:PASSWORD[:ro]>', 'an account; repeat for more (default: anonymous, read-only)', collectUser)
    .option('--database <URL>', 'accounts of twinport user: sqlite:FILE or postgres://…')
    .option('--passive-ports <A-B>', 'ports for passive data connections (default: any the system gives)', passivePorts)
    .option('--public-address <ADDR>', 'the address that PASV announces, behind NAT or in a container')
    .option(
      '--active-port <N|any>',
      'port that active data connections leave from (default: control port - 1)',
      activePort,
    )
    .option(
      '--tls <CERT,KEY|self-signed>',
      'a certificate and its key, as PEM files, or one made on the first run',
      tlsFiles,
    )
    .option('--require-tls', 'no login and no data connection without TLS')
    .option('--no-zero-copy', 'have the kernel move no files by itself')
    .option('--workers <N|auto>', 'processes that run the sessions, auto for one a core (default: 1)', workers)
    .option('--config <FILE>', 'read settings from a TOML file; options given here win')
    .option('--trace', 'print both connections of every session as they happen, to stderr')
    .addOption(
      new Option('--log-format <FORMAT>', 'how log and trace on stderr read').choices(['text', 'json']).default('text'),
    )
    .option('--json', 'print one JSON object when ready')
    .option('--quiet', 'no log')
    .addHelpText('after', EXAMPLES)
    .action(async (directory: string | undefined, flags: ServeFlags) => {
      // The server is loaded for this command alone.
      const { serve } = await import('./run-serve.js');
      await serve(directory, flags);
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('give a port from 0 to 65535.');
  return port;
}

function activePort(text: string): SourcePort {
  return text === 'any' ? 'any' : parsePort(text);
}

function passivePorts(text: string): PortRange {
  const range = parsePortRange(text);
  if (!range) throw new InvalidArgumentError('give FIRST-LAST, both from 1024 to 65535, such as 50000-50100.');
  return range;
}

function tlsFiles(text: string): ServeTls {
  if (text === 'self-signed') return { kind: 'self-signed' };
  const [cert, key, ...rest] = text.split(',');
  if (!cert || !key || rest.length > 0) throw new InvalidArgumentError('give CERT,KEY (two PEM files) or self-signed.');
  return { kind: 'files', cert, key };
}

function workers(text: string): number | 'auto' {
  const count = Number(text);
  if (text === 'auto') return 'auto';
  if (!/^\d+$/.test(text) || count < 1 || count > MAX_WORKERS)
    throw new InvalidArgumentError(`give a number from 1 to ${MAX_WORKERS}, or auto.`);
  return count;
}

/** A password may hold colons; `:ro` at the end is the permission. */
function collectUser(text: string, before: readonly ServeUser[] = []): readonly ServeUser[] {
  const match = /^([^:]+):(.+?)(:ro)?$/s.exec(text);
  if (!match?.[1] || !match[2])
    throw new InvalidArgumentError('give NAME:PASSWORD, or NAME:PASSWORD:ro for a read-only account.');
  return [...before, { name: match[1], password: match[2], readOnly: match[3] !== undefined }];
}
