import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Client, FtpError, type HashAlgorithm, type RemoteHash } from '@twinport/ftp/client';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { printable } from '../daemon/printable.js';
import { type CommandRun, runCommand } from './command-run.js';
import { remotesOf } from './matches.js';
import { type SharedFlags, addSharedOptions, clientCommand } from './shared-flags.js';

interface Flags extends SharedFlags {
  readonly algorithm: HashAlgorithm;
  readonly download?: boolean;
}

const EXAMPLES = `
  twinport hash ftp://ftp.example.net/pub/image.iso            as sha256sum prints it
  twinport hash --algorithm md5 --download 'ftp://ftp.example.net/pub/*.iso'`;

const ALGORITHMS: Readonly<Record<HashAlgorithm, string>> = {
  'SHA-512': 'sha512',
  'SHA-256': 'sha256',
  'SHA-1': 'sha1',
  MD5: 'md5',
  CRC32: 'crc32',
};

export function hashCommand(): Command {
  const command = clientCommand('hash', 'have the server hash files, or download and hash them', { examples: EXAMPLES })
    .argument('<REMOTE...>')
    .addOption(
      new Option('--algorithm <NAME>', 'sha512, sha256, sha1, md5 or crc32')
        .argParser(algorithm)
        .default('SHA-256', 'sha256'),
    )
    .option('--download', 'where the server cannot hash, read the file and hash it here');
  return addSharedOptions(command).action(async (remotes: string[], flags: Flags) =>
    runCommand(flags, 'hashes', (run) => hashAll(run, remotes, flags)),
  );
}

/** `SHA-256`, `sha256`, `sha-256`. */
export function algorithm(text: string): HashAlgorithm {
  const wanted = text.toLowerCase().replaceAll(/[-_]/g, '');
  for (const name of ['SHA-512', 'SHA-256', 'SHA-1', 'MD5', 'CRC32'] as const)
    if (ALGORITHMS[name] === wanted) return name;
  throw new InvalidArgumentError(`give one of ${Object.values(ALGORITHMS).join(', ')}.`);
}

async function hashAll(run: CommandRun, remotes: readonly string[], flags: Flags): Promise<void> {
  for (const text of remotes) {
    for (const { client, path } of await remotesOf(run, text)) {
      await run.attempt(path, async () => {
        const { hash, by } = await hashOf(client, path, flags, run.signal);
        await run.out.item({ path, algorithm: hash.algorithm, hash: hash.hex, by }, () =>
          hashLine(hash.hex, process.stdout.isTTY ? printable(path) : path),
        );
      });
    }
  }
}

/** As sha256sum has it: a name with a line end or a backslash is escaped, and the line begins with a backslash. */
export function hashLine(hex: string, path: string): string {
  const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${escaped === path ? '' : '\\'}${hex}  ${escaped}\n`;
}

async function hashOf(
  client: Client,
  path: string,
  flags: Flags,
  signal: AbortSignal,
): Promise<{ hash: RemoteHash; by: 'server' | 'download' }> {
  try {
    return { hash: await client.hash(path, flags.algorithm, { signal }), by: 'server' };
  } catch (error) {
    if (!(error instanceof FtpError) || error.code !== 'UNSUPPORTED') throw error;
    if (flags.download) return { hash: await downloadedHash(client, path, flags.algorithm, signal), by: 'download' };
    throw new FtpError('UNSUPPORTED', error.message, {
      path,
      hint: '--download reads the file and hashes it here',
      cause: error,
    });
  }
}

async function downloadedHash(
  client: Client,
  path: string,
  name: HashAlgorithm,
  signal: AbortSignal,
): Promise<RemoteHash> {
  const stream: AsyncIterable<Uint8Array> = client.createReadStream(path, { signal });
  if (name === 'CRC32') {
    let value = 0;
    for await (const chunk of stream) value = crc32(chunk, value);
    return { algorithm: name, hex: value.toString(16).padStart(8, '0') };
  }
  const hash = createHash(ALGORITHMS[name]);
  for await (const chunk of stream) hash.update(chunk);
  return { algorithm: name, hex: hash.digest('hex') };
}
