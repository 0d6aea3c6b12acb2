import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { UsageFault } from '../daemon/usage-fault.js';
import { reasonOf, readPrivate } from './private-file.js';

/** Octets of a password, and of what is read to find it. */
export const MAX_PASSWORD_LENGTH = 65_536;
/** A password manager may have to ask its own question first. */
export const PASSWORD_COMMAND_MS = 120_000;

/** The first line of a file. Throws UsageFault. */
export function passwordFromFile(path: string): string {
  const file = readPrivate(path, MAX_PASSWORD_LENGTH);
  if (!file) throw new UsageFault(`cannot read ${path}: there is no such file; give another --password-file`);
  return firstLine(file.content, path);
}

/** The first line of standard input, which is read to its end. Throws UsageFault. */
export async function passwordFromStream(stdin: Readable): Promise<string> {
  return firstLine(await readAll(stdin, 'standard input'), 'standard input');
}

/**
 * The first line that a shell command prints. It may ask on the terminal: standard input and standard error are ours.
 * Throws UsageFault that says how it ended, and neither the command nor what it printed.
 */
export async function passwordFromCommand(
  command: string,
  site: string,
  timeoutMs = PASSWORD_COMMAND_MS,
): Promise<string> {
  const child = spawn(command, { shell: true, stdio: ['inherit', 'pipe', 'inherit'], timeout: timeoutMs });
  const name = `the password-command of ${site}`;
  const ended = new Promise<string | undefined>((resolve, reject) => {
    child.once('error', (error) => reject(new UsageFault(`${name} cannot be run: ${reasonOf(error)}`)));
    child.once('exit', (code, signal) => {
      // What it has started may live on and hold its output open.
      if (code === null) child.stdout.destroy();
      resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`));
    });
  });
  const printed = readAll(child.stdout, name).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  const [content, outcome] = await Promise.allSettled([printed, ended]);
  if (content.status === 'rejected' && content.reason instanceof UsageFault) throw content.reason;
  if (outcome.status === 'rejected') throw outcome.reason;
  if (outcome.value !== undefined) throw new UsageFault(`${name} ended with ${outcome.value}`);
  if (content.status === 'rejected') throw content.reason;
  return firstLine(content.value, name);
}

async function readAll(stream: Readable, name: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    const bytes = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece));
    length += bytes.length;
    if (length > MAX_PASSWORD_LENGTH) throw new UsageFault(`${name} gives too much for a password`);
    pieces.push(bytes);
  }
  return Buffer.concat(pieces);
}

function firstLine(content: Buffer, name: string): string {
  const [line = ''] = content.toString('utf8').split(/\r?\n/, 1);
  if (line === '') throw new UsageFault(`${name} has no password in its first line`);
  if (line.includes('\0')) throw new UsageFault(`${name} has a NUL in its first line, so that is no password`);
  return line;
}
