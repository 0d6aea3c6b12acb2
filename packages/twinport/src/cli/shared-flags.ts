import { type PortRange, parsePortRange } from '@twinport/ftp/client';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ConnectFlags } from '../sites/index.js';
import { parseSize } from './amounts.js';
import type { ConfirmFlags } from './confirm.js';
import type { ScreenFlags } from './screen.js';

/** What every command of the client can be told. */
export interface SharedFlags extends ConnectFlags, ScreenFlags, ConfirmFlags {
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly verbose?: boolean;
  readonly trace?: boolean;
  readonly parallel?: number;
}

/** Connections of a client at most, where `--parallel` does not say. */
export const DEFAULT_PARALLEL = 4;
const MAX_PARALLEL = 64;

export interface CommandKind {
  /** It changes something, so that it has `--dry-run`. */
  readonly writes?: boolean;
  /** It may delete, so that it asks, or has `--yes`. */
  readonly deletes?: boolean;
  /** Shown below the options. */
  readonly examples: string;
}

const REMOTE_HELP = `
A remote is ftp://[USER[:PASSWORD]@]HOST[:PORT]/PATH, ftpes:// for TLS after AUTH TLS, ftps:// for TLS from the
first byte (port 990), or SITE:PATH. A path that does not say where the root is begins in the login folder.
Exit codes: docs/errors.md. 0 is success, 2 a wrong command line, 3 that a part failed, 4 not found, 9 login refused.`;

/** A command of the client, without its options: those of its own come first, then the shared ones. */
export function clientCommand(name: string, description: string, kind: CommandKind): Command {
  const command = new Command(name).description(description);
  if (kind.writes) command.option('-n, --dry-run', 'say what would be done, and change nothing');
  if (kind.deletes) command.option('--yes', 'delete without asking');
  return command.addHelpText('after', `\nExamples:\n${kind.examples.trimEnd()}\n${REMOTE_HELP}`);
}

/** To be called after a command's own options, so that help lists those first. */
export function addSharedOptions(command: Command): Command {
  return addOutputOptions(addConnectOptions(command));
}

function addConnectOptions(command: Command): Command {
  return addLoginOptions(addTlsOptions(command))
    .option('--active', 'the server opens the data connection (PORT, EPRT)')
    .option('--passive', 'we open the data connection (PASV, EPSV); default: whatever works')
    .option('--active-ports <A-B>', 'the ports we listen on in active mode', portRange)
    .option('--active-address <ADDR>', 'the address that PORT and EPRT announce, behind NAT')
    .option('--proxy <URL>', 'socks5://, http:// or an FTP proxy')
    .option('--encoding <NAME>', 'how the server writes names, such as windows-1252 (default: utf-8)')
    .option('--zone <ZONE>', 'the time zone of the server’s listings: UTC, +02:00')
    .option('--timeout <S>', 'seconds without any progress until giving up', positiveNumber)
    .option('--retries <N>', 'tries beyond the first (default: 3)', wholeNumber)
    .option('--limit-rate <N>', 'octets a second at most, all transfers together: 500K, 2M', size)
    .option('--parallel <N>', `connections at most (default: ${DEFAULT_PARALLEL})`, connections);
}

function addLoginOptions(command: Command): Command {
  return command
    .option('--user <NAME>', 'log in as (default: the URL’s, or anonymous)')
    .option('--password-file <FILE>', 'read the password from the first line of a file')
    .option('--password-stdin', 'read the password from the first line of stdin')
    .option('--account <TEXT>', 'what to answer where the server asks for an account');
}

function addTlsOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--tls <MODE>', 'for ftp:// URLs and sites').choices(['off', 'if-offered', 'explicit', 'implicit']),
    )
    .option('--insecure', 'accept any certificate')
    .option('--ca <FILE>', 'trust the certificates in this PEM file instead of the system’s')
    .option('--cert <FILE>', 'client certificate, PEM')
    .option('--key <FILE>', 'its key, PEM')
    .option('--pin <SHA256>', 'trust the certificate with this fingerprint; repeat for more', collect);
}

function addOutputOptions(command: Command): Command {
  return addResultOptions(command)
    .option('-v, --verbose', 'show commands and replies on stderr')
    .option('--trace', 'draw both connections on stderr as they happen; with --json or --jsonl as JSON lines');
}

/** For commands that make no connection, too. */
export function addResultOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON object')
    .option('--jsonl', 'print a JSON object a line, as results come')
    .option('-q, --quiet', 'no messages and no progress; errors only')
    .option('--no-color', 'no colours; NO_COLOR in the environment says the same');
}

export function portRange(text: string): PortRange {
  const range = parsePortRange(text);
  if (!range) throw new InvalidArgumentError('give FIRST-LAST, both from 1024 to 65535, such as 50000-50100.');
  return range;
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('give a whole number.');
  return Number(text);
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number > 0) || !Number.isFinite(number))
    throw new InvalidArgumentError('give a number above 0.');
  return number;
}

/** `500K`, `2M`; 0 means no limit. */
export function size(text: string): number {
  const octets = parseSize(text);
  if (octets === undefined) throw new InvalidArgumentError('give octets, such as 800, 64K or 2M.');
  return octets;
}

export function connections(text: string): number {
  const number = wholeNumber(text);
  if (number < 1 || number > MAX_PARALLEL) throw new InvalidArgumentError(`give a number from 1 to ${MAX_PARALLEL}.`);
  return number;
}

/** For options that can be given again and again. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
