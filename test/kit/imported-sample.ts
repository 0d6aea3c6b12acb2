import { readFileSync, readdirSync, statSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { testCertificate } from './server.js';
import { PASSWORD_HASH, USER } from './servers/foreign-server.js';
import { freePort } from './servers/ports.js';
import { PrivateMachine } from './servers/private-machine.js';
import { UNPACKED, findProgram, unpackedEnvironment } from './servers/unpacked.js';

const SAMPLES = new URL('../../imports/', import.meta.url).pathname;
const ANONYMOUS_ID = USER.id + 1;

/** A configuration of another server, whose paths are those of a tree of its own. */
export interface Sample {
  readonly folder: string;
  /** The file, or Debian's folder of files. */
  readonly path: string;
  /** What anonymous users see, and nobody may change. */
  readonly root: string;
  /** Of the user. */
  readonly home: string;
  readonly certificate: string;
}

export type Original = 'vsftpd' | 'proftpd' | 'pure-ftpd';

/** `vsftpd/debian.conf` and the like, ready to be read by that server. */
export async function sampleTree(t: TestContext, name: string): Promise<Sample> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'twinport-import-')));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'logs'), { recursive: true });
  const [root, home, certificate] = ['root', 'home', 'certificate.pem'].map((each) => join(folder, each)) as [
    string,
    string,
    string,
  ];
  for (const [directory, owner] of [
    [root, 0],
    [home, USER.id],
  ] as const) {
    await mkdir(directory);
    await writeFile(join(directory, 'a.txt'), 'a file\n');
    await chown(directory, owner, owner);
  }
  const { cert, key } = await testCertificate();
  await writeFile(certificate, `${key}\n${cert}`, { mode: 0o600 });
  const path = join(folder, basename(name));
  await cp(join(SAMPLES, name), path, { recursive: true });
  const files = statSync(path).isDirectory() ? readdirSync(path).map((each) => join(path, each)) : [path];
  for (const file of files) await writeFile(file, moved(readFileSync(file, 'utf8'), { root, certificate, folder }));
  await chmod(folder, 0o755); // servers give up root
  return { folder, path, root, home, certificate };
}

function moved(
  text: string,
  { root, certificate, folder }: { root: string; certificate: string; folder: string },
): string {
  return text
    .replaceAll(/\/etc\/ssl\/\S+/g, certificate)
    .replaceAll(/\/srv\/ftp\b/g, root)
    .replaceAll(/\/var\/(log|run)\/\w*\/?/g, `${join(folder, 'logs')}/`);
}

/** Runs the server that the sample was written for. Resolves with its port once it accepts connections. */
export async function startOriginal(t: TestContext, server: Original, sample: Sample): Promise<number> {
  const port = await freePort('127.0.0.1');
  const { command, args } = await PREPARE[server](sample, port);
  const etc = {
    ...accounts(sample),
    'pam.d/vsftpd': 'auth required pam_unix.so nodelay\naccount required pam_unix.so\n',
  };
  const machine = new PrivateMachine(sample.folder, { command, args, env: unpackedEnvironment(), etc });
  t.after(() => machine.stop());
  while (!machine.listensOn(port)) {
    const output = join(sample.folder, 'logs', 'output');
    if (!machine.running) throw new Error(`${server} ended: ${machine.output}${readFileSync(output, 'utf8')}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return port;
}

function accounts({ root, home }: Sample): Readonly<Record<string, string>> {
  const others = readFileSync('/etc/passwd', 'utf8').replaceAll(/^ftp:.*\n/gm, '');
  const { name, id } = USER;
  return {
    passwd: `${others}${name}:x:${id}:${id}::${home}:/bin/sh\nftp:x:${ANONYMOUS_ID}:${ANONYMOUS_ID}::${root}:/bin/sh\n`,
    group: `${readFileSync('/etc/group', 'utf8')}${name}:x:${id}:\n`,
    shadow: `${name}:${PASSWORD_HASH}:19000:0:99999:7:::\nftp:*:19000:0:99999:7:::\n`,
  };
}

interface Start {
  readonly command: string;
  readonly args: readonly string[];
}

const program = (name: string): string => findProgram(`/usr/sbin/${name}`, join(UNPACKED, 'usr/sbin', name)) ?? name;

const PREPARE: Readonly<Record<Original, (sample: Sample, port: number) => Promise<Start>>> = {
  async vsftpd({ folder, path }, port) {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const ours = [
      `listen=YES\nlisten_ipv6=NO\nlisten_address=127.0.0.1\nlisten_port=${port}\nbackground=NO\nsecure_chroot_dir=${empty}`,
      // Port 20 may be another server's just now.
      'connect_from_port_20=NO\nisolate=NO\nisolate_network=NO\nseccomp_sandbox=NO\ndelay_failed_login=0\n',
    ];
    const file = join(folder, 'run.conf');
    await writeFile(file, `${readFileSync(path, 'utf8')}\n${ours.join('\n')}`, { mode: 0o600 });
    return { command: program('vsftpd'), args: [file] };
  },
  async proftpd({ folder, path, home, root }, port) {
    const command = program('proftpd');
    const modules = command.startsWith(UNPACKED) ? join(UNPACKED, 'usr/lib/proftpd') : '/usr/lib/proftpd';
    const passwords = join(folder, 'passwords');
    const { name, id } = USER;
    await writeFile(
      passwords,
      `${name}:${PASSWORD_HASH}:${id}:${id}::${home}:/bin/sh\nftp:*:${ANONYMOUS_ID}:65534::${root}:/bin/sh\n`,
      { mode: 0o600 },
    );
    const text = readFileSync(path, 'utf8')
      .replaceAll(/^\s*(Include|DelayEngine|ControlsSocket)\b.*$/gm, '')
      .replace(/^Port .*$/m, `Port ${port}`);
    const tls = text.includes('mod_tls') ? 'LoadModule mod_tls.c\n' : '';
    const ours = [
      `DefaultAddress 127.0.0.1\nAuthPAM off\nAuthOrder mod_auth_file.c\nAuthUserFile ${passwords}\nUseFtpUsers off\nDelayEngine off`,
      `PidFile ${join(folder, 'pid')}\nScoreboardFile ${join(folder, 'scoreboard')}\nWtmpLog off\nTransferLog none\nUseReverseDNS off`,
      text.includes('RequireValidShell off\nAllow') ? '' : 'RequireValidShell off\n',
    ];
    const file = join(folder, 'run.conf');
    await writeFile(file, `ModulePath ${modules}\n${tls}${text}\n${ours.join('\n')}`);
    return { command, args: ['-n', '-q', '-c', file] };
  },
  async 'pure-ftpd'({ folder, path }, port) {
    const command = program('pure-ftpd');
    const pid = join(folder, 'pid');
    if (path.endsWith('.flags')) {
      const words = readFileSync(path, 'utf8')
        .replaceAll(/^#.*$|\\$/gm, '')
        .trim()
        .split(/\s+/)
        .slice(1);
      const args = words.map((each) => (each.startsWith('puredb:') ? 'unix' : each));
      return { command, args: [...args, '-S', `127.0.0.1,${port}`, '-g', pid] };
    }
    const text = statSync(path).isDirectory()
      ? readdirSync(path)
          .map((name) => `${name} ${readFileSync(join(path, name), 'utf8')}`)
          .join('')
      : readFileSync(path, 'utf8');
    const kept = text.replaceAll(
      /^(PureDB|PAMAuthentication|UnixAuthentication|Daemonize|FSCharset|AltLog|SyslogFacility|MaxLoad)\b.*$/gm,
      '',
    );
    const file = join(folder, 'run.conf');
    await writeFile(file, `${kept}\nUnixAuthentication yes\nBind 127.0.0.1,${port}\nPIDFile ${pid}\n`);
    return { command, args: [file] };
  },
};
