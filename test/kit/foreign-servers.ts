import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { recordMissing } from './peers.js';
import { testCertificate } from './server.js';
import {
  type ForeignServer,
  type ForeignServerOptions,
  PASSWORD_HASH,
  type ServerName,
  type ServerProgram,
  type Setup,
  USER,
} from './servers/foreign-server.js';
import { freePort } from './servers/ports.js';
import { PrivateMachine } from './servers/private-machine.js';
import { proftpd } from './servers/proftpd.js';
import { pureFtpd } from './servers/pure-ftpd.js';
import { pyftpdlib } from './servers/pyftpdlib.js';
import { vsftpd } from './servers/vsftpd.js';

export { ABILITIES, type Abilities } from './servers/abilities-table.js';
export { freePort, freePorts, type PortRange } from './servers/ports.js';
export {
  type ForeignServer,
  type ForeignServerOptions,
  SERVER_NAMES,
  type ServerName,
  type TlsVersion,
} from './servers/foreign-server.js';

const PROGRAMS: Readonly<Record<ServerName, ServerProgram>> = {
  vsftpd,
  proftpd,
  'pure-ftpd': pureFtpd,
  pyftpdlib,
};
/** A port that was free may be taken by the time the server listens on it. */
const ATTEMPTS = 5;
const START_MS = 10_000;
const POLL_MS = 5;

/** Why tests with this server are skipped, or false when it can run here. Missing ones are counted by `npm test`. */
export function missingServer(name: ServerName): string | false {
  const reason = PROGRAMS[name].missing();
  if (reason !== false) recordMissing(name);
  return reason;
}

/** Like {@link startForeignServer}, and stopped with the test. */
export async function foreignServer(
  test: { after(done: () => Promise<void>): void },
  name: ServerName,
  options: ForeignServerOptions = {},
): Promise<ForeignServer> {
  const server = await startForeignServer(name, options);
  test.after(() => server.stop());
  return server;
}

/** Resolves when it accepts connections. It ends with this process in every case, but is to be stopped before. */
export async function startForeignServer(name: ServerName, options: ForeignServerOptions = {}): Promise<ForeignServer> {
  for (let attempt = 1; ; attempt += 1) {
    const server = await RunningServer.create(PROGRAMS[name], options);
    try {
      await server.accepting();
      return server;
    } catch (error) {
      await server.stop();
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

class RunningServer implements ForeignServer {
  readonly user = USER.name;
  readonly password = USER.password;
  readonly name: ServerName;
  readonly ca: string;
  readonly #setup: Setup;
  readonly #machine: PrivateMachine;
  #lastLog = '';

  private constructor(name: ServerName, setup: Setup, ca: string, machine: PrivateMachine) {
    this.name = name;
    this.ca = ca;
    this.#setup = setup;
    this.#machine = machine;
  }

  static async create(program: ServerProgram, options: ForeignServerOptions): Promise<RunningServer> {
    const { cert, key } = await testCertificate();
    const setup = await createSetup(options, `${key}\n${cert}`);
    try {
      const command = program.prepare(setup);
      const etc = { ...accountFiles(setup.root), ...tlsConfiguration(options), ...command.etc };
      for (const [path, content] of Object.entries(options.files ?? {})) await writeOwned(setup.root, path, content);
      return new RunningServer(
        program.name,
        setup,
        cert,
        new PrivateMachine(setup.folder, { ...command, etc }, options.namespace),
      );
    } catch (error) {
      await rm(setup.folder, { recursive: true, force: true });
      throw error;
    }
  }

  get host(): string {
    return this.#setup.host;
  }

  get port(): number {
    return this.#setup.port;
  }

  get implicitPort(): number | undefined {
    return this.#setup.options.tls === 'implicit' ? this.port : undefined;
  }

  get root(): string {
    return this.#setup.root;
  }

  get loginDirectory(): string {
    return this.#setup.options.confined === false ? this.root : '/';
  }

  get log(): string {
    const { logs } = this.#setup;
    if (existsSync(logs)) {
      const texts = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
      this.#lastLog = [this.#machine.output, ...texts].join('\n');
    }
    return this.#lastLog;
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    await writeOwned(this.root, path, content);
  }

  async stop(): Promise<void> {
    void this.log; // kept, since the files go with the machine
    await this.#machine.stop();
    await rm(this.#setup.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Rejects when it ends, or takes too long. */
  async accepting(): Promise<void> {
    const until = Date.now() + START_MS;
    while (!this.#machine.listensOn(this.port)) {
      if (!this.#machine.running) throw new Error(`${this.name} did not start:\n${this.log}`);
      if (Date.now() > until) throw new Error(`${this.name} does not accept connections:\n${this.log}`);
      await wait(POLL_MS);
    }
  }
}

async function createSetup(options: ForeignServerOptions, certificate: string): Promise<Setup> {
  const { host = '127.0.0.1' } = options;
  const port = options.port ?? (await freePort(host));
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'twinport-foreign-')));
  await chmod(folder, 0o755); // servers give up root
  const [root, logs, file] = [join(folder, 'root'), join(folder, 'logs'), join(folder, 'certificate.pem')];
  await mkdir(root);
  await chown(root, USER.id, USER.id);
  await mkdir(logs);
  await writeFile(file, certificate, { mode: 0o600 });
  return { host, port, options, folder, root, logs, certificate: file };
}

/** A file that belongs to the user, and so do folders that it needs. */
async function writeOwned(root: string, path: string, content: string | Uint8Array): Promise<void> {
  let folder = root;
  for (const name of dirname(path).split('/')) {
    folder = join(folder, name);
    if (existsSync(folder)) continue;
    await mkdir(folder);
    await chown(folder, USER.id, USER.id);
  }
  const file = join(root, path);
  await writeFile(file, content);
  await chown(file, USER.id, USER.id);
}

/** Users of the machine, ours among them. */
function accountFiles(home: string): Readonly<Record<string, string>> {
  const { name, id } = USER;
  return {
    passwd: `${readFileSync('/etc/passwd', 'utf8')}${name}:x:${id}:${id}::${home}:/bin/sh\n`,
    group: `${readFileSync('/etc/group', 'utf8')}${name}:x:${id}:\n`,
    shadow: `${name}:${PASSWORD_HASH}:19000:0:99999:7:::\n`,
  };
}

/** What OpenSSL reads wherever a server has no setting of its own for versions of TLS. */
function tlsConfiguration({ tlsVersion }: ForeignServerOptions): Readonly<Record<string, string>> {
  if (tlsVersion === undefined) return {};
  return {
    'ssl/openssl.cnf': [
      'openssl_conf = main\n[main]\nssl_conf = ssl\n[ssl]\nsystem_default = versions\n[versions]',
      `MinProtocol = ${tlsVersion}`,
      `MaxProtocol = ${tlsVersion}\n`,
    ].join('\n'),
  };
}
