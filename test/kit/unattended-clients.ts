import { basename, dirname, join } from 'node:path';
import { rename } from 'node:fs/promises';
import { type Target, bracketed } from './foreign-client.js';
import { runProgram } from './run-program.js';

/** A program that moves one file and ends; neither knows TLS. */
export interface UnattendedClient {
  readonly name: string;
  readonly programs: readonly string[];
  readonly hosts: readonly Target['host'][];
  get(target: Target, remote: string, local: string): Promise<void>;
  /** Under the name it has. */
  put(target: Target, local: string, folder: string): Promise<void>;
}

/** NetBSD's ftp. */
export const tnftp: UnattendedClient = {
  name: 'tnftp',
  programs: ['tnftp'],
  hosts: ['127.0.0.1', '::1'],
  async get(target, remote, local) {
    await runProgram('tnftp', [...tnftpMode(target), '-o', local, tnftpUrl(target, remote)], {
      env: { HOME: dirname(local) },
    });
  },
  async put(target, local, folder) {
    await runProgram('tnftp', [...tnftpMode(target), '-u', tnftpUrl(target, `${folder}/${basename(local)}`), local], {
      env: { HOME: dirname(local) },
    });
  },
};

function tnftpMode({ mode }: Target): readonly string[] {
  return ['-V', '-q', '20', mode === 'active' ? '-A' : '-p'];
}

function tnftpUrl({ host, port }: Target, path: string): string {
  return `ftp://user:secret@${bracketed(host)}:${port}${path}`;
}

/** It speaks IPv4 only. */
export const ncftp: UnattendedClient = {
  name: 'ncftp',
  programs: ['ncftpget', 'ncftpput'],
  hosts: ['127.0.0.1'],
  async get(target, remote, local) {
    const folder = dirname(local);
    await runProgram('ncftpget', [...ncftpLogin(target), target.host, folder, remote], { env: { HOME: folder } });
    await rename(join(folder, basename(remote)), local);
  },
  async put(target, local, folder) {
    await runProgram('ncftpput', [...ncftpLogin(target), target.host, folder, local], {
      env: { HOME: dirname(local) },
    });
  },
};

function ncftpLogin({ mode, port }: Target): readonly string[] {
  return [
    '-V',
    '-r',
    '1',
    '-t',
    '20',
    '-u',
    'user',
    '-p',
    'secret',
    '-P',
    String(port),
    mode === 'active' ? '-E' : '-F',
  ];
}
