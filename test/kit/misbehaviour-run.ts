import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Client,
  type ClientTlsOptions,
  type ConnectOptions,
  FtpError,
  type FtpErrorCode,
  connect,
  createPool,
} from '@twinport/ftp/client';
import { CASE_MS, type Failure, type Misbehaviour, PATIENT_LIMITS } from './misbehaviour.js';
import { ScriptedServer } from './scripted-server.js';
import { FILE_TEXT } from './scripted-tree.js';
import { testCertificate } from './server.js';

/** Plays a case from its beginning to the last closed socket, and fails when it takes longer than CASE_MS. */
export async function play(it: Misbehaviour): Promise<void> {
  const server = await ScriptedServer.start(it.server);
  const before = resources();
  const session = new Played(it, server);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), CASE_MS);
  try {
    await Promise.race([session.play(before, limit.signal), tooLate(limit.signal, session, before)]);
  } finally {
    clearTimeout(timer);
    session.client?.destroy();
    await server.stop();
  }
  assert.deepEqual(server.faults, [], 'the script');
}

class Played {
  readonly #it: Misbehaviour;
  readonly #server: ScriptedServer;
  readonly #warnings: string[] = [];
  client: Client | undefined;
  /** What it is about, to explain that it hangs. */
  doing = 'connecting';

  constructor(it: Misbehaviour, server: ScriptedServer) {
    this.#it = it;
    this.#server = server;
  }

  get lines(): readonly string[] {
    return this.#server.lines;
  }

  async play(before: readonly string[], signal: AbortSignal): Promise<void> {
    const { call, gives, fails } = this.#it;
    const outcome = this.#act();
    if (fails !== undefined) await failed(outcome, typeof fails === 'string' ? { code: fails } : fails);
    else if (call) assert.deepEqual(await outcome, gives);
    else await outcome;
    this.#checkTraffic();
    await this.#goOn();
    this.doing = 'closing';
    await this.client?.close();
    this.doing = 'waiting for the end of all connections';
    await this.#server.allGone();
    this.doing = 'waiting for its sockets and timers to go';
    await settled(before, signal);
  }

  async #act(): Promise<unknown> {
    const { pool, call } = this.#it;
    const options = await connectOptions(this.#it, this.#server.port);
    this.client = pool ? createPool(options, pool) : await connect(options);
    this.client.on('warning', ({ code }) => this.#warnings.push(code));
    this.doing = 'calling';
    return call?.(this.client, this.#server);
  }

  #checkTraffic(): void {
    const { sent = [], unsent, warns = [], leaves = {} } = this.#it;
    const { lines, tree } = this.#server;
    let at = 0;
    for (const line of sent) {
      at = lines.indexOf(line, at) + 1;
      assert.ok(at > 0, `${line} was not sent, or not in this order: ${lines.join(' | ')}`);
    }
    if (unsent) assert.ok(!lines.some((line) => unsent.test(line)), `sent ${lines.join(' | ')}`);
    for (const code of warns) assert.ok(this.#warnings.includes(code), `warned only of ${this.#warnings.join()}`);
    for (const [path, text] of Object.entries(leaves)) assert.equal(tree.files.get(path)?.toString(), text, path);
  }

  /** The commands that follow get their own replies, on the connection that is expected. */
  async #goOn(): Promise<void> {
    const { client } = this;
    const { after = client ? 'same' : 'over', pool } = this.#it;
    if (after === 'over' || !client) return;
    this.doing = 'going on';
    const { sessions } = this.#server;
    for (const token of ['one', 'two']) {
      const { code, lines } = await client.command(`SITE ECHO ${token}`);
      assert.deepEqual([code, ...lines], [200, `ECHO ${token}`]);
    }
    if (after !== 'commands') assert.equal(await client.text('/file.txt'), FILE_TEXT);
    if (after === 'unsaid' || pool) return;
    assert.equal(this.#server.sessions, after === 'replaced' ? sessions + 1 : sessions, 'connections');
  }
}

async function connectOptions({ client = {}, limits }: Misbehaviour, port: number): Promise<ConnectOptions> {
  const { tls, ...options } = client;
  return {
    host: '127.0.0.1',
    port,
    user: 'user',
    password: 'secret',
    limits: { ...PATIENT_LIMITS, ...limits },
    ...options,
    ...(tls && { tls: await trusting(tls) }),
  };
}

async function trusting(tls: NonNullable<ConnectOptions['tls']>): Promise<ClientTlsOptions> {
  const { cert } = await testCertificate();
  return typeof tls === 'string' ? { mode: tls, ca: cert } : { ca: cert, ...tls };
}

async function failed(outcome: Promise<unknown>, { code, reply, retryable }: Failure): Promise<void> {
  const error = await outcome.then(
    (value) => assert.fail(`it gave ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof FtpError, `no FtpError: ${String(error)}`);
  const codes: readonly FtpErrorCode[] = typeof code === 'string' ? [code] : code;
  assert.ok(codes.includes(error.code), `${error.code}, not ${codes.join(' or ')}: ${error.message}`);
  if (reply !== undefined) assert.equal(error.reply?.code, reply, error.message);
  if (retryable !== undefined) assert.equal(error.retryable, retryable, `retryable: ${error.message}`);
}

function resources(): readonly string[] {
  return process.getActiveResourcesInfo().toSorted();
}

/** What was closed goes within a few turns of the event loop. */
async function settled(before: readonly string[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted && left(before).length > 0) await nextTurn();
}

/** What is there that was not. */
function left(before: readonly string[]): readonly string[] {
  const known = [...before, 'Timeout', 'Immediate']; // the timer of CASE_MS, and settled itself
  return resources().filter((each) => {
    const at = known.indexOf(each);
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}

async function tooLate(signal: AbortSignal, played: Played, before: readonly string[]): Promise<never> {
  await once(signal, 'abort');
  const more = left(before).join(', ');
  throw new Error(`still ${played.doing} after ${CASE_MS} ms; sent ${played.lines.join(' | ')}; active: ${more}`);
}
