import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import {
  type Client,
  type ConnectOptions,
  FtpError,
  type FtpErrorCode,
  type SyncSide,
  type TransferResult,
  createPool,
  sync,
} from '@twinport/ftp/client';
import { disk } from '@twinport/ftp/server';
import { type Carried, type Cut, CuttingRelay, type Direction, startRelays } from './kit/cutting-relay.js';
import { held, heldAtRest } from './kit/leftovers.js';
import { quickAccounts } from './kit/quick-accounts.js';
import { Random } from './kit/random.js';
import { startServer, testCertificate } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';

/** Repeat a finding with the seed that its message names. */
const seed = Number(process.env['TWINPORT_CUTS_SEED'] ?? randomInt(2 ** 32));
const MAX_ATTEMPTS = 4;
/** Cases at the same time, each with a relay, a client and folders of its own. */
const AT_ONCE = 10;
/** How a call may end whose connections were cut. */
const CODES: ReadonlySet<FtpErrorCode> = new Set([
  'CLOSED',
  'CONNECT',
  'DATA_CONNECTION',
  'REPLY', // 426
  'STALLED',
  'TIMEOUT',
  'TLS',
  'TRUNCATED',
]);

/** Long enough for a resume to compare its overlap, and to be more than one buffer of the kernel. */
const LONG = contentOf(700_003);
const SHORT = contentOf(60_013);
const TREE: Readonly<Record<string, Buffer>> = {
  'a.bin': LONG.subarray(0, 300_001),
  'b/c.bin': SHORT,
  'b/d.txt': Buffer.from('ten octets'),
  empty: Buffer.alloc(0),
};

function contentOf(length: number): Buffer {
  return new Random(length).bytes(length);
}

/** Where a case happens. */
interface Place {
  readonly client: Client;
  /** The folder on the server, as the client calls it. */
  readonly remote: string;
  /** The same, on disk. */
  readonly served: string;
  /** A folder on this side. */
  readonly local: string;
  /** What was at the target before. */
  readonly old: Buffer | undefined;
}

interface Operation {
  readonly name: string;
  readonly data: Direction;
  /** Whether a retry cures every cut; else an error is no fault as long as nothing wrong looks whole. */
  readonly curable: boolean;
  prepare(place: Place): Promise<void>;
  /** Resolves when all is right; throws an AssertionError where what is claimed to be whole is not. */
  run(place: Place): Promise<void>;
  /** After an error: what must not be. */
  inspect(place: Place): Promise<void>;
}

function checkResult(result: TransferResult, size: number): void {
  assert.equal(result.outcome, 'transferred');
  assert.equal(result.size, size);
  assert.ok(result.octets >= size, `${result.octets} octets moved of ${size}`);
  assert.ok(result.attempts >= 1 && result.attempts <= MAX_ATTEMPTS, `${result.attempts} attempts`);
  assert.ok(result.dataPath);
}

async function contentAt(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Without printing hundreds of kilobytes. */
function assertContent(actual: Buffer | undefined, expected: Buffer, what: string): void {
  assert.ok(actual, `${what} is missing`);
  if (actual.equals(expected)) return;
  const at = expected.findIndex((octet, index) => octet !== actual[index]);
  assert.fail(`${what}: ${actual.length} octets instead of ${expected.length}, other ones from ${at}`);
}

/** Nothing, what was there before, all of it, or a beginning where the target is written in place. */
function assertNothingWrong(
  actual: Buffer | undefined,
  { old, whole, inPlace }: { readonly old: Buffer | undefined; readonly whole: Buffer; readonly inPlace: boolean },
  what: string,
): void {
  if (!actual || old?.equals(actual) || actual.equals(whole)) return;
  const isBeginning = actual.length < whole.length && actual.equals(whole.subarray(0, actual.length));
  assert.ok(isBeginning && inPlace, `${what}: ${actual.length} octets that are neither old nor new`);
}

const getToPath: Operation = {
  name: 'get to a path',
  data: 'down',
  curable: true,
  async prepare({ served, local, old }) {
    await writeFile(join(served, 'file'), LONG);
    if (old) await writeFile(join(local, 'file'), old);
  },
  async run({ client, remote, local }) {
    checkResult(await client.get(`${remote}/file`, join(local, 'file')), LONG.length);
    assertContent(await contentAt(join(local, 'file')), LONG, 'the download');
    assert.deepEqual(await readdir(local), ['file']);
  },
  async inspect({ local, old }) {
    assertNothingWrong(await contentAt(join(local, 'file')), { old, whole: LONG, inPlace: false }, 'the target');
    for (const name of await readdir(local)) assert.ok(['file', 'file.part'].includes(name), `${name} is left`);
  },
};

const getToStream: Operation = {
  name: 'get to a stream',
  data: 'down',
  curable: true,
  async prepare({ served }) {
    await writeFile(join(served, 'file'), LONG);
  },
  async run({ client, remote }) {
    const chunks: Uint8Array[] = [];
    let finished = false;
    const stream = new Writable({
      write: (chunk: Uint8Array, _encoding, done) => (chunks.push(chunk), setImmediate(done)),
      final: (done) => ((finished = true), done()),
    });
    try {
      checkResult(await client.get(`${remote}/file`, stream), LONG.length);
    } catch (error) {
      const received = Buffer.concat(chunks);
      assert.ok(stream.destroyed && !finished, 'a stream that did not get everything must not end well');
      assert.ok(LONG.subarray(0, received.length).equals(received), 'what the stream got is no beginning of the file');
      throw error;
    }
    assert.ok(finished);
    assertContent(Buffer.concat(chunks), LONG, 'what the stream got');
  },
  async inspect() {},
};

function putOf(
  name: string,
  {
    whole,
    atomic = false,
    curable = true,
    source,
  }: {
    readonly whole: Buffer;
    readonly atomic?: boolean;
    readonly curable?: boolean;
    readonly source: (local: string) => string | Uint8Array | Readable;
  },
): Operation {
  return {
    name,
    data: 'up',
    curable,
    async prepare({ served, local, old }) {
      await writeFile(join(local, 'file'), whole);
      if (old) await writeFile(join(served, 'file'), old);
    },
    async run({ client, remote, served, local }) {
      const result = await client.put(source(local), `${remote}/file`, { atomic });
      assertContent(await contentAt(join(served, 'file')), whole, 'the upload');
      checkResult(result, whole.length);
      assert.deepEqual(await readdir(served), ['file']);
    },
    async inspect({ served, old }) {
      assertNothingWrong(await contentAt(join(served, 'file')), { old, whole, inPlace: !atomic }, 'the target');
      for (const each of await readdir(served)) {
        assert.ok(each === 'file' || (atomic && each === 'file.part'), `${each} is left`);
      }
    },
  };
}

async function writeTree(folder: string): Promise<void> {
  for (const [path, content] of Object.entries(TREE)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function checkTree(folder: string): Promise<void> {
  for (const [path, content] of Object.entries(TREE)) assertContent(await contentAt(join(folder, path)), content, path);
}

/** Runs a synchronisation; an error of it is thrown. A second run, with nothing cut, must make it right. */
function syncOf(direction: Direction): Operation {
  const folders = ({ local, served }: Place) =>
    direction === 'down' ? { from: served, to: local } : { from: local, to: served };
  const sides = ({ client, local, remote }: Place): [SyncSide, SyncSide] =>
    direction === 'down' ? [{ client, path: remote }, { local }] : [{ local }, { client, path: remote }];
  return {
    name: `sync ${direction}`,
    data: direction,
    // MKD is sent once.
    curable: direction === 'down',
    async prepare(place) {
      const { from, to } = folders(place);
      await writeTree(from);
      if (place.old) await writeFile(join(to, 'a.bin'), place.old);
    },
    async run(place) {
      const { to } = folders(place);
      const result = await sync(...sides(place), { compare: 'always' }).run();
      const [failure] = result.errors;
      if (result.stoppedBy ?? failure) throw result.stoppedBy ?? failure?.error;
      assert.ok(result.complete);
      assert.equal(result.transferred, Object.keys(TREE).length);
      await checkTree(to);
      assert.deepEqual((await readdir(to)).toSorted(), ['a.bin', 'b', 'empty']);
      assert.deepEqual((await readdir(join(to, 'b'))).toSorted(), ['c.bin', 'd.txt']);
    },
    async inspect(place) {
      const { to } = folders(place);
      for (const [path, whole] of Object.entries(TREE)) {
        const old = path === 'a.bin' ? place.old : undefined;
        assertNothingWrong(await contentAt(join(to, path)), { old, whole, inPlace: direction === 'up' }, path);
      }
      // Each of the two connections may have been cut, and say so once.
      const run = () => sync(...sides(place), { compare: 'always' }).run();
      let again = await run().catch((error: unknown) => error);
      for (let more = 2; more > 0 && !(again instanceof Object && 'complete' in again && again.complete); more -= 1)
        again = await run().catch((error: unknown) => error);
      assert.ok(again instanceof Object && 'complete' in again && again.complete, String(again));
      await checkTree(to);
    },
  };
}

const OPERATIONS: readonly Operation[] = [
  getToPath,
  getToStream,
  putOf('put from a path', { whole: LONG, source: (local) => join(local, 'file') }),
  putOf('put of bytes', { whole: SHORT, source: () => SHORT }),
  putOf('put atomic', {
    whole: LONG,
    atomic: true,
    // Nobody knows whether a rename was done whose answer is lost.
    curable: false,
    source: (local) => join(local, 'file'),
  }),
  putOf('put of a one-time stream', {
    whole: SHORT,
    curable: false,
    source: () => Readable.from([SHORT.subarray(0, 20_000), SHORT.subarray(20_000)], { objectMode: false }),
  }),
  syncOf('down'),
  syncOf('up'),
];

interface Case {
  readonly number: number;
  readonly cut: Cut;
  readonly retries: boolean;
  readonly old: Buffer | undefined;
}

/** What a whole operation moves over its connections. */
interface Measured {
  readonly atLogin: Carried;
  readonly control: Carried;
  /** Every one, in order: listings too. */
  readonly data: readonly Carried[];
}

/** Every way of cutting, at the ends and at points by chance. */
function casesOf({ data, name }: Operation, measured: Measured, random: Random): Case[] {
  const whole = name === 'put of bytes' || name === 'put of a one-time stream' ? SHORT : LONG;
  const olds = [undefined, contentOf(whole.length), contentOf(20_011), contentOf(whole.length + 5_000)];
  const cases: Case[] = [];
  // In clear nothing tells the end of a listing from a cut by FIN; inside TLS a test of its own sees to it. Only files are cut so.
  const listings = name.startsWith('sync') ? 2 : 0;
  const connectionFor = (on: Cut['on'], how: Cut['how']): { readonly skip: number; readonly carried: Carried } => {
    const from = how === 'fin' ? listings : 0;
    const skip = on === 'control' ? 0 : from + random.below(measured.data.length - from);
    const carried = on === 'control' ? measured.control : measured.data[skip];
    assert.ok(carried);
    return { skip, carried };
  };
  const add = (cut: Omit<Cut, 'times'>, retries: boolean): void => {
    const times = random.chance(30) ? 2 : 1;
    cases.push({
      number: cases.length,
      cut: { ...cut, times },
      retries,
      old: olds[random.below(olds.length)],
    });
  };
  for (const on of ['control', 'data'] as const) {
    for (const how of ['fin', 'rst'] as const) {
      for (const retries of [true, false]) {
        const whichWay = (): Direction => (on === 'data' ? data : random.pick(['up', 'down']));
        for (const pick of [
          () => 0,
          () => 1,
          (total: number) => total - 1,
          (total: number) => total,
          (total: number, login: number) => login + random.below(Math.max(1, total - login)),
          (total: number, login: number) => login + random.below(Math.max(1, total - login)),
          (total: number) => random.below(Math.max(1, total)),
        ]) {
          const direction = whichWay();
          const { skip, carried } = connectionFor(on, how);
          const after = Math.max(0, pick(carried[direction], on === 'control' ? measured.atLogin[direction] : 0));
          add({ on, direction, after, how, ends: 'both', skip }, retries);
        }
      }
      for (const ends of ['client', 'server'] as const) {
        const direction = on === 'data' ? data : random.pick(['up', 'down'] as const);
        const from = on === 'control' ? measured.atLogin[direction] : 0;
        const { skip, carried } = connectionFor(on, how);
        add(
          { on, direction, after: from + random.below(Math.max(1, carried[direction] - from)), how, ends, skip },
          true,
        );
      }
    }
  }
  // Half of them for the long ones, another choice each run.
  return name.startsWith('sync') ? cases.filter((_, index) => (index + seed) % 2 === 0) : cases;
}

function describe({ number, cut, retries, old }: Case): string {
  const told = cut.ends === 'both' ? '' : `, only the ${cut.ends} is told`;
  return (
    `case ${number}: ${cut.on} cut by ${cut.how} after ${cut.after} octets ${cut.direction}${told}, ${cut.times} times behind ${cut.skip}, ` +
    `${retries ? 'with retries' : 'one try'}, ${old ? `${old.length} octets there before` : 'nothing there before'}`
  );
}

class Bench {
  readonly #operation: Operation;
  readonly #options: Omit<ConnectOptions, 'host' | 'port'>;
  readonly #root: string;
  readonly #local: string;
  #served = 0;
  readonly failures: string[] = [];
  cut = 0;
  failed = 0;

  constructor(
    operation: Operation,
    folders: { readonly root: string; readonly local: string },
    secure: boolean,
    cert: string,
  ) {
    this.#operation = operation;
    this.#root = folders.root;
    this.#local = folders.local;
    this.#options = {
      user: 'user',
      password: 'secret',
      ...(secure && { tls: { mode: 'explicit', ca: cert, servername: 'localhost' } }),
    };
  }

  #client(relay: CuttingRelay, maxAttempts: number): Client {
    return createPool(
      {
        ...this.#options,
        host: relay.host,
        port: relay.port,
        limits: {
          maxAttempts,
          retryDelayMs: 1,
          maxRetryDelayMs: 4,
          replyMs: 1_000,
          stallMs: 1_000,
          finalReplyMs: 1_000,
          dataOpenMs: 2_000,
          tlsHandshakeMs: 2_000,
          uploadEndMs: 50,
          abortMs: 300,
        },
      },
      { maxConnections: this.#operation.name.startsWith('sync') ? 2 : 1 },
    );
  }

  async #place(client: Client, old: Buffer | undefined): Promise<Place> {
    const name = `case-${(this.#served += 1)}`;
    const place = { client, remote: `/${name}`, served: join(this.#root, name), local: join(this.#local, name), old };
    await Promise.all([mkdir(place.served), mkdir(place.local)]);
    await this.#operation.prepare(place);
    return place;
  }

  async #removed({ served, local }: Place): Promise<void> {
    await Promise.all([rm(served, { recursive: true }), rm(local, { recursive: true })]);
  }

  /** Once without any cut. */
  async measure(relay: CuttingRelay): Promise<Measured> {
    relay.arm(undefined);
    const client = this.#client(relay, 1);
    const place = await this.#place(client, undefined);
    await client.info();
    const [atLogin] = relay.carried;
    await this.#operation.run(place);
    const { carried } = relay;
    const control = carried.find(({ on }) => on === 'control');
    const data = carried.filter(({ on }) => on === 'data');
    await client.close();
    await this.#removed(place);
    assert.ok(atLogin && control);
    return { atLogin, control, data };
  }

  async run(relay: CuttingRelay, each: Case): Promise<void> {
    relay.arm(each.cut);
    const client = this.#client(relay, each.retries ? MAX_ATTEMPTS : 1);
    const place = await this.#place(client, each.old);
    try {
      await this.#operateOn(place, relay, each);
      await this.#isUsable(client);
      await client.close();
      await relay.idle();
      await this.#removed(place);
    } catch (error) {
      const what = error instanceof FtpError ? `${error.code}: ${error.transcript.join('\n      ')}` : '';
      this.failures.push(`${describe(each)}: ${error instanceof Error ? error.stack : String(error)} ${what}`);
      client.destroy();
    }
  }

  async #operateOn(place: Place, relay: CuttingRelay, { retries }: Case): Promise<void> {
    try {
      await this.#operation.run(place);
      this.cut += Math.min(1, relay.cuts);
      relay.arm(undefined);
    } catch (error) {
      this.cut += Math.min(1, relay.cuts);
      this.failed += 1;
      relay.arm(undefined);
      if (!(error instanceof FtpError) || !CODES.has(error.code)) throw error;
      if (retries && this.#operation.curable) throw error;
      await this.#operation.inspect(place);
    }
  }

  /** It may say once that the connection it had is gone. */
  async #isUsable(client: Client): Promise<void> {
    try {
      assert.ok(await client.exists('/'));
    } catch (error) {
      if (!(error instanceof FtpError) || !(error.code === 'CLOSED' || error.code === 'TIMEOUT')) throw error;
      assert.ok(await client.exists('/'));
    }
  }
}

for (const operation of OPERATIONS) {
  for (const secure of [false, true]) {
    test(`${operation.name}, ${secure ? 'TLS' : 'plain'}: cut anywhere, it is right or an error (TWINPORT_CUTS_SEED=${seed})`, async (t) => {
      const before = held();
      await cutAnywhere(t, operation, secure);
      assert.deepEqual(await heldAtRest(before), before);
    });
  }
}

async function cutAnywhere(context: TestContext, operation: Operation, secure: boolean): Promise<void> {
  const ending: (() => Promise<void>)[] = [];
  const own = { after: (end: () => Promise<void>): void => void ending.unshift(end) };
  try {
    const certificate = await testCertificate();
    const root = await temporaryFolder(own);
    const { relays, passivePorts } = await startRelays(own, { count: AT_ONCE, ports: 4 * AT_ONCE });
    const { server, port } = await startServer(own, {
      host: '127.0.0.1',
      accounts: quickAccounts(() => disk(root)),
      passivePorts,
      ...(secure && { tls: certificate }),
    });
    for (const relay of relays) relay.serverPort = port;
    const bench = new Bench(operation, { root, local: await temporaryFolder(own) }, secure, certificate.cert);
    const [first] = relays;
    assert.ok(first);
    const cases = casesOf(operation, await bench.measure(first), new Random(seed)).values();
    await Promise.all(
      relays.map(async (relay) => {
        for (const each of cases) await bench.run(relay, each);
      }),
    );
    assert.deepEqual(bench.failures, []);
    assert.ok(bench.cut >= (operation.name.startsWith('sync') ? 20 : 50), `only ${bench.cut} connections were cut`);
    context.diagnostic(`${bench.cut} cut, ${bench.failed} errors`);
    for (const relay of relays) relay.drop();
    await server.close();
  } finally {
    for (const end of ending) await end();
  }
}

test('a listing inside TLS that is cut short by FIN, without close_notify, is never taken for the whole', async (t) => {
  const { key, cert } = await testCertificate();
  const root = await temporaryFolder(t);
  for (let index = 0; index < 200; index += 1) await writeFile(join(root, `file-${index}`), '');
  const { relays, passivePorts } = await startRelays(t, { count: 1, ports: 8 });
  const accounts = quickAccounts(() => disk(root));
  const { port } = await startServer(t, { host: '127.0.0.1', accounts, passivePorts, tls: { key, cert } });
  const [relay] = relays;
  assert.ok(relay);
  relay.serverPort = port;
  const tls = { mode: 'explicit', ca: cert, servername: 'localhost' } as const;
  const client = createPool({ host: relay.host, port: relay.port, user: 'user', password: 'secret', tls });
  t.after(() => client.destroy());
  assert.equal((await client.list('/').toArray()).length, 200);
  const whole = relay.carried.find(({ on }) => on === 'data');
  assert.ok(whole);
  relay.arm({
    on: 'data',
    direction: 'down',
    after: Math.floor(whole.down / 2),
    how: 'fin',
    ends: 'both',
    skip: 0,
    times: 1,
  });
  assert.equal((await client.list('/').toArray()).length, 200);
  assert.equal(relay.cuts, 1);
});
