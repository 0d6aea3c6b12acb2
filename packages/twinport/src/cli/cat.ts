import type { Command } from 'commander';
import { type ByteRange, parseByteRange, rangeIn } from './byte-range.js';
import { type CommandRun, runCommand } from './command-run.js';
import { remotesOf } from './matches.js';
import type { Remote } from './remotes.js';
import { type SharedFlags, addSharedOptions, clientCommand } from './shared-flags.js';
import { outputTarget } from './output-target.js';

interface Flags extends SharedFlags {
  readonly range?: ByteRange;
}

const EXAMPLES = `
  twinport cat ftp://ftp.example.net/pub/README
  twinport cat 'ftp://ftp.example.net/logs/*.log' | grep error
  twinport cat --range -1000 ftp://ftp.example.net/logs/today.log     the last 1000 octets`;

export function catCommand(): Command {
  const command = clientCommand('cat', 'write files to stdout', { examples: EXAMPLES })
    .argument('<REMOTE...>')
    .option('--range <A-B>', 'these octets only, both included: 0-99, 100-, or -500 for the last ones', parseByteRange);
  return addSharedOptions(command).action(async (remotes: string[], flags: Flags) =>
    runCommand(flags, 'files', (run) => writeAll(run, remotes, flags), 1),
  );
}

async function writeAll(run: CommandRun, remotes: readonly string[], flags: Flags): Promise<void> {
  for (const text of remotes) {
    for (const remote of await remotesOf(run, text)) await run.attempt(remote.path, () => writeOne(run, remote, flags));
  }
}

/** With JSON the content is in the object: text where it is text, else base64. */
async function writeOne(run: CommandRun, { client, path }: Remote, { range }: Flags): Promise<void> {
  const { signal, out } = run;
  const limits = range && rangeIn(range, 'last' in range ? await sizeOf(client, path, signal) : 0);
  if (out.format === 'text') {
    await client.get(path, outputTarget(out), { signal, ...limits });
    return;
  }
  const bytes = await client.bytes(path, { signal, ...limits });
  await out.item({ path, size: bytes.length, ...contentRecord(bytes) }, () => bytes);
}

function contentRecord(bytes: Uint8Array): { text: string } | { base64: string } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') }; // not UTF-8
  }
}

async function sizeOf(client: Remote['client'], path: string, signal: AbortSignal): Promise<number> {
  return (await client.stat(path, { signal })).size ?? 0;
}
