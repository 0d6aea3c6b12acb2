import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from './temporary-folder.js';

interface TestEnd {
  after(done: () => Promise<void>): void;
}

export interface ProxyLogin {
  readonly user: string;
  readonly password: string;
}

/** A proxy that somebody else wrote, ended with the test. */
export interface RunningProxy {
  readonly host: string;
  readonly port: number;
  /** What it has printed and logged so far. */
  log(): Promise<string>;
}

/** The proxies' own addresses: what goes to them and not to the server is seen. */
const TUNNEL_HOST = '127.0.0.3';
const FTP_PROXY_HOST = '127.0.0.2';

/** SOCKS 5; with a login, nobody gets through without it. */
export async function startMicrosocks(test: TestEnd, login?: ProxyLogin): Promise<RunningProxy> {
  const host = TUNNEL_HOST;
  const credentials = login ? ['-u', login.user, '-P', login.password] : [];
  return await startProgram(test, host, 'microsocks', (port) => ['-i', host, '-p', `${port}`, ...credentials]);
}

/** SOCKS 5 by Dante, without a login. Its rules forbid connections to port 21. */
export async function startDanted(test: TestEnd): Promise<RunningProxy> {
  const host = TUNNEL_HOST;
  const folder = await temporaryFolder(test);
  const [file, logFile] = [join(folder, 'danted.conf'), join(folder, 'log')];
  const anywhere = 'from: 0.0.0.0/0 to: 0.0.0.0/0';
  const args = async (port: number): Promise<readonly string[]> => {
    const settings = [
      `logoutput: ${logFile}`,
      `internal: ${host} port = ${port}`,
      'external: lo',
      'clientmethod: none',
      'socksmethod: none',
      'user.privileged: root',
      'user.unprivileged: nobody',
      `client pass { ${anywhere} }`,
      `socks block { ${anywhere} port = 21 }`,
      `socks pass { ${anywhere} }`,
    ];
    await writeFile(file, `${settings.join('\n')}\n`);
    return ['-f', file, '-p', join(folder, 'pid')];
  };
  return await startProgram(test, host, 'danted', args, logFile);
}

export interface TinyproxyOptions {
  readonly login?: ProxyLogin;
  /** The only ports that CONNECT may go to. Default: any. */
  readonly connectPorts?: readonly number[];
}

/** HTTP with CONNECT. */
export async function startTinyproxy(
  test: TestEnd,
  { login, connectPorts = [] }: TinyproxyOptions = {},
): Promise<RunningProxy> {
  const host = TUNNEL_HOST;
  const file = join(await temporaryFolder(test), 'tinyproxy.conf');
  return await startProgram(test, host, 'tinyproxy', async (port) => {
    const lines = [
      `Listen ${host}`,
      `Port ${port}`,
      'MaxClients 50',
      'Timeout 60',
      'LogLevel Connect',
      ...(login ? [`BasicAuth ${login.user} ${login.password}`] : []),
      ...connectPorts.map((each) => `ConnectPort ${each}`),
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    return ['-d', '-c', file];
  });
}

/**
 * SuSE's ftp-proxy, `USER user@host:port`. It relays data as well, in both modes, knows no EPSV, EPRT, FEAT or AUTH,
 * and listens on an address of its own, so that what goes past it is seen. It dials from the server's all the same, so that
 * active mode needs `host` to be that.
 */
export async function startSuseProxy(test: TestEnd, { host = FTP_PROXY_HOST } = {}): Promise<RunningProxy> {
  const folder = await temporaryFolder(test);
  await chmod(folder, 0o777); // it logs as nobody
  const [file, logFile] = [join(folder, 'ftp-proxy.conf'), join(folder, 'log')];
  const unprivileged = process.getuid?.() === 0 ? ['User nobody', 'Group nogroup'] : [];
  const settings = (port: number): readonly string[] => [
    'ServerType standalone',
    `Listen ${host}`,
    `Port ${port}`,
    'ForkLimit 10000',
    'AllowMagicUser yes',
    'ForceMagicUser yes',
    'DestinationAddress 127.0.0.1',
    `LogDestination ${logFile}`,
    ...unprivileged,
  ];
  const args = async (port: number): Promise<readonly string[]> => {
    await writeFile(file, `[-Global-]\n${settings(port).join('\n')}\n`);
    return ['-d', '-n', '-f', file];
  };
  return await startProgram(test, host, 'ftp-proxy', args, logFile);
}

/** Runs a program that is told its port and does not say when it listens. */
async function startProgram(
  test: TestEnd,
  host: string,
  program: string,
  argumentsFor: (port: number) => readonly string[] | Promise<readonly string[]>,
  logFile?: string,
): Promise<RunningProxy> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(host);
    const child = spawn(program, await argumentsFor(port), { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    child.on('error', () => {}); // then it has no process, which is seen below
    test.after(() => stop(child));
    const log = async (): Promise<string> =>
      `${output}${logFile === undefined ? '' : await readFile(logFile, 'utf8').catch(() => '')}`;
    if (await accepts(child, host, port)) return { host, port, log };
    // Its port may have been taken by somebody else meanwhile.
    if (attempt === ATTEMPTS) throw new Error(`${program} does not accept connections:\n${await log()}`);
    await stop(child);
  }
}

const ATTEMPTS = 3;
const START_MS = 10_000;
const POLL_MS = 10;
const STOP_MS = 3_000;

async function accepts(child: ChildProcess, host: string, port: number): Promise<boolean> {
  const until = Date.now() + START_MS;
  while (!hasEnded(child) && Date.now() < until) {
    if (await isOpen(host, port)) return !hasEnded(child);
    await wait(POLL_MS);
  }
  return false;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

async function isOpen(host: string, port: number): Promise<boolean> {
  const socket = net.connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // nobody listens yet
  } finally {
    socket.destroy();
  }
}

async function freePort(host: string): Promise<number> {
  const listener = net.createServer().listen({ host, port: 0 });
  await once(listener, 'listening');
  const address = listener.address();
  listener.close();
  await once(listener, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill(); // not by SIGKILL: some end their own children first
  const patience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(patience);
}
