import { homedir } from 'node:os';
import { FtpError, type FtpErrorCode } from '@twinport/ftp/client';
import { printable } from '../../daemon/printable.js';
import { UsageFault, errnoOf } from '../../daemon/usage-fault.js';
import { EXIT } from '../exit.js';
import { expandHome } from './local-paths.js';
import { runLocal } from './run-local.js';
import type { Verb, VerbCall } from './verb.js';

export function atMost(words: VerbCall['words'], most: number, verb: string): void {
  if (words.length > most) throw new UsageFault(`${verb}: too many arguments (help ${verb})`);
}

export const cd: Verb = {
  name: 'cd',
  brief: 'go to a folder of the server',
  usage: '[FOLDER]',
  help: 'go to a folder of the server: the login folder without argument, the one before with -',
  completes: () => 'remote-folder',
  async run({ shell, words, signal }) {
    atMost(words, 1, 'cd');
    const { server } = shell;
    const text = words[0]?.text;
    const { home } = await server.client.info({ signal });
    if (text === '-' && server.before === undefined) throw new UsageFault('cd: there is no folder before this one');
    const path = text === '-' ? (server.before ?? home) : text === undefined || text === '~' ? home : server.at(text);
    // A link that leads to a folder is only told from others by trying, and so is a folder without MLST: its listing is wanted next anyway.
    const entry = path === home || path === '/' ? undefined : await server.client.stat(path, { signal });
    if (entry?.type === 'file') throw new UsageFault(`cd: ${path} is a file`);
    if (entry?.type === 'link') await server.client.list(path, { signal }).toArray();
    server.enter(path);
    void server.listings.names(path);
    return EXIT.ok;
  },
};

export const pwd: Verb = {
  name: 'pwd',
  brief: 'the folder of the server',
  usage: '',
  help: 'print the folder of the server',
  completes: () => 'none',
  async run({ shell, words }) {
    atMost(words, 0, 'pwd');
    process.stdout.write(`${printable(shell.server.folder)}\n`);
    return EXIT.ok;
  },
};

export const lcd: Verb = {
  name: 'lcd',
  brief: 'go to a folder here',
  usage: '[FOLDER]',
  help: 'go to a folder of this machine: home without argument',
  completes: () => 'local-folder',
  async run({ words }) {
    atMost(words, 1, 'lcd');
    const folder = words[0] ? expandHome(words[0].text) : homedir();
    try {
      process.chdir(folder);
    } catch (cause) {
      throw new FtpError(...lcdFault(cause, folder), { phase: 'local', path: folder, cause });
    }
    return EXIT.ok;
  },
};

function lcdFault(cause: unknown, folder: string): [FtpErrorCode, string] {
  const errno = errnoOf(cause);
  if (errno === 'ENOENT') return ['NOT_FOUND', `lcd: there is no ${folder}`];
  if (errno === 'ENOTDIR') return ['LOCAL', `lcd: ${folder} is a file`];
  return ['LOCAL', `lcd: ${cause instanceof Error ? cause.message : String(cause)}`];
}

export const lpwd: Verb = {
  name: 'lpwd',
  brief: 'the folder here',
  usage: '',
  help: 'print the folder of this machine',
  completes: () => 'none',
  async run({ words }) {
    atMost(words, 0, 'lpwd');
    process.stdout.write(`${printable(process.cwd())}\n`);
    return EXIT.ok;
  },
};

export const lls: Verb = {
  name: 'lls',
  brief: 'list a folder here',
  usage: '[ARGUMENT...]',
  help: 'list a folder of this machine: ls of the system, with its options',
  completes: () => 'local',
  async run({ words, signal }) {
    return await runLocal(
      'ls',
      words.map(({ text }) => text),
      signal,
    );
  },
};

/** The shell of the system understands the line, not ours. */
export const localCommand: Verb = {
  name: '!',
  brief: 'run a command here',
  usage: 'COMMAND',
  help: 'run a command of this machine; without one, its shell',
  completes: () => 'local',
  async run({ words, signal }) {
    const line = words[0]?.text ?? '';
    const own = process.env['SHELL'] || '/bin/sh';
    return line === '' ? await runLocal(own, [], signal) : await runLocal('/bin/sh', ['-c', line], signal);
  },
};
