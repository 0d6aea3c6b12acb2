import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { ConnectionFault } from './connection-fault.js';
import { type Dial, type DialOptions, dialDirectly } from './dial.js';
import { httpConnectDial } from './http-connect-dial.js';
import type { ProxyServer } from './proxy-dial.js';
import { ReceiveRing } from './receive-ring.js';
import { socksDial } from './socks-dial.js';

const target = { host: 'ftp.example.com', port: 21 };
const GREETING = '220 ready\r\n';

/** What a proxy of each kind says once it is connected. */
const KINDS: readonly {
  readonly kind: string;
  readonly dial: (proxy: ProxyServer, through?: Dial) => Dial;
  readonly answers: readonly Buffer[];
  /** The beginning of a last answer that is long. */
  readonly endless: Buffer;
}[] = [
  {
    kind: 'SOCKS',
    dial: socksDial,
    answers: [Buffer.of(5, 0), Buffer.of(5, 0, 0, 1, 127, 0, 0, 1, 4, 56)],
    endless: Buffer.of(5, 0, 0, 3, 255),
  },
  {
    kind: 'HTTP',
    dial: httpConnectDial,
    answers: [Buffer.from('HTTP/1.1 200 OK\r\nVia: x\r\n\r\n')],
    endless: Buffer.from('HTTP/1.1 200 OK\r\nA: '),
  },
];

interface Listener {
  readonly proxy: ProxyServer;
  /** Resolves when the connection, the first, has closed. */
  readonly gone: Promise<void>;
}

/** Something that listens, and what it does with its first connection. */
async function listen(t: TestContext, serve: (socket: Socket) => void): Promise<Listener> {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const gone = new Promise<void>((resolve) => {
    listener.once('connection', (socket) => {
      socket.on('error', () => {}); // the test is about the other end
      socket.on('close', () => resolve());
      t.after(() => socket.destroy());
      serve(socket);
    });
  });
  t.after(() => listener.close());
  return { proxy: { host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 }, gone };
}

/** Says each of the answers when it is asked. */
const answering =
  (answers: readonly Buffer[], then: (socket: Socket) => void = () => {}) =>
  (socket: Socket): void => {
    let next = 0;
    socket.on('data', () => {
      const answer = answers[next];
      next += 1;
      if (answer) socket.write(answer);
      if (next === answers.length) then(socket);
    });
  };

/** The dial as it is, keeping the sockets it has opened. */
function keeping(sockets: Socket[]): Dial {
  return async (to, options) => {
    const socket = await dialDirectly(to, options);
    sockets.push(socket);
    return socket;
  };
}

const failing =
  (error: Error): Dial =>
  () =>
    Promise.reject(error);

for (const { kind, dial, answers, endless } of KINDS) {
  const last = answers.at(-1) ?? Buffer.alloc(0);
  const opening = (...behind: string[]): Buffer[] => [
    ...answers.slice(0, -1),
    Buffer.concat([last, ...behind.map((text) => Buffer.from(text))]),
  ];

  test(`${kind}: what comes with the last answer is the caller's, then what comes later`, async (t) => {
    const { proxy } = await listen(
      t,
      answering(opening(GREETING), (socket) => {
        socket.removeAllListeners('data');
        socket.on('data', (bytes: Buffer) => socket.end(bytes));
      }),
    );
    const socket = await dial(proxy)(target, { timeoutMs: 10_000 });
    assert.equal(socket.isPaused(), true);
    assert.equal(socket.listenerCount('error'), 0);
    let heard = '';
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString();
      if (heard === GREETING) socket.write('echo');
    });
    socket.resume();
    await once(socket, 'end');
    assert.equal(heard, `${GREETING}echo`);
    socket.end();
  });

  test(`${kind}: a receive ring and a port to come from are left unused`, async (t) => {
    const { proxy } = await listen(
      t,
      answering(opening(GREETING), (socket) => socket.end()),
    );
    const asked: DialOptions[] = [];
    const through: Dial = async (to, options) => {
      asked.push(options);
      return await dialDirectly(to, options);
    };
    const options = { timeoutMs: 10_000, localAddress: '127.0.0.1', localPort: 20, ring: new ReceiveRing('lend') };
    const socket = await dial(proxy, through)(target, options);
    const chunks: Buffer[] = await socket.toArray();
    assert.equal(Buffer.concat(chunks).toString(), GREETING);
    assert.deepEqual(asked, [{ timeoutMs: 10_000, localAddress: '127.0.0.1' }]);
  });

  test(`${kind}: a target that says its word and ends at once has been heard`, async (t) => {
    const { proxy } = await listen(
      t,
      answering(opening(GREETING), (socket) => socket.end()),
    );
    const socket = await dial(proxy)(target, { timeoutMs: 10_000 });
    const chunks: Buffer[] = await socket.toArray();
    assert.equal(Buffer.concat(chunks).toString(), GREETING);
  });

  test(`${kind}: nothing is lost where the target says nothing`, async (t) => {
    const { proxy } = await listen(
      t,
      answering(opening(), (socket) => socket.end()),
    );
    const socket = await dial(proxy)(target, { timeoutMs: 10_000 });
    assert.deepEqual(await socket.toArray(), []);
  });

  for (let cut = 0; cut < Math.min(last.length, 12); cut += 1) {
    test(`${kind}: a proxy that closes after ${cut} octets of its last answer is a fault that names it`, async (t) => {
      const { proxy, gone } = await listen(
        t,
        answering([...answers.slice(0, -1), last.subarray(0, cut)], (socket) => socket.end()),
      );
      await assert.rejects(dial(proxy)(target, { timeoutMs: 10_000 }), {
        name: 'ConnectionFault',
        code: 'PROXY',
        message: new RegExp(`^${kind} proxy 127\\.0\\.0\\.1 port ${proxy.port}: it closed`),
      });
      await gone;
    });
  }

  test(`${kind}: a proxy that resets is a fault that names it`, async (t) => {
    const { proxy } = await listen(t, (socket) => socket.once('data', () => socket.resetAndDestroy()));
    await assert.rejects(dial(proxy)(target, { timeoutMs: 10_000 }), {
      code: 'RESET',
      message: new RegExp(`^${kind} proxy 127\\.0\\.0\\.1 port ${proxy.port}: `),
    });
  });

  test(`${kind}: a proxy that is silent is given up when the time is over`, async (t) => {
    const { proxy, gone } = await listen(t, (socket) => socket.resume());
    await assert.rejects(dial(proxy)(target, { timeoutMs: 50 }), {
      code: 'TIMEOUT',
      message: /no answer within 50 ms$/,
    });
    await gone;
  });

  test(`${kind}: words that trickle in do not make the time longer`, async (t) => {
    const { proxy, gone } = await listen(
      t,
      answering([...answers.slice(0, -1), endless], (socket) => {
        const trickle = setInterval(() => socket.write('x'), 5);
        socket.on('close', () => clearInterval(trickle));
      }),
    );
    await assert.rejects(dial(proxy)(target, { timeoutMs: 100 }), { code: 'TIMEOUT' });
    await gone;
  });

  test(`${kind}: the time that the way to the proxy took is taken off`, async (t) => {
    const { proxy, gone } = await listen(t, (socket) => socket.resume());
    const slow: Dial = async (to, options) => {
      const socket = await dialDirectly(to, options);
      t.mock.method(performance, 'now', () => Number.MAX_SAFE_INTEGER);
      return socket;
    };
    await assert.rejects(dial(proxy, slow)(target, { timeoutMs: 2 ** 30 }), { code: 'TIMEOUT' });
    await gone;
  });

  test(`${kind}: an abort while the proxy thinks ends it`, async (t) => {
    const controller = new AbortController();
    const { proxy, gone } = await listen(t, (socket) => socket.once('data', () => controller.abort()));
    await assert.rejects(dial(proxy)(target, { timeoutMs: 10_000, signal: controller.signal }), { code: 'ABORTED' });
    await gone;
  });

  test(`${kind}: an abort just when the way to the proxy is there ends it`, async (t) => {
    const controller = new AbortController();
    const { proxy, gone } = await listen(t, (socket) => socket.resume());
    const through: Dial = async (to, options) => {
      const socket = await dialDirectly(to, options);
      controller.abort();
      return socket;
    };
    await assert.rejects(dial(proxy, through)(target, { timeoutMs: 10_000, signal: controller.signal }), {
      code: 'ABORTED',
    });
    await gone;
  });

  test(`${kind}: an abort when the way is open changes nothing any more`, async (t) => {
    const controller = new AbortController();
    const { proxy } = await listen(t, answering(opening()));
    const socket = await dial(proxy)(target, { timeoutMs: 10_000, signal: controller.signal });
    controller.abort();
    assert.equal(socket.destroyed, false);
    socket.destroy();
  });

  test(`${kind}: a proxy that refuses is closed, whatever else it wants to say`, async (t) => {
    const answer = kind === 'HTTP' ? Buffer.from('HTTP/1.1 403 No\r\n\r\n') : Buffer.of(5, 0xff);
    const sockets: Socket[] = [];
    const { proxy, gone } = await listen(t, answering([answer]));
    await assert.rejects(dial(proxy, keeping(sockets))(target, { timeoutMs: 10_000 }), { code: 'PROXY' });
    assert.deepEqual(
      sockets.map(({ destroyed }) => destroyed),
      [true],
    );
    await gone;
  });

  test(`${kind}: what the proxy cannot be asked opens no connection`, async () => {
    const sockets: Socket[] = [];
    const proxy = { host: '127.0.0.1', port: 1 };
    await assert.rejects(dial(proxy, keeping(sockets))({ host: 'a\r\nb', port: 21 }, { timeoutMs: 10_000 }), {
      code: 'PROXY',
    });
    assert.deepEqual(sockets, []);
  });

  test(`${kind}: a proxy that is not there keeps the code and the cause`, async () => {
    const cause = Object.assign(new Error('getaddrinfo ENOTFOUND p'), { code: 'ENOTFOUND' });
    const through = failing(new ConnectionFault('RESET', cause.message, { cause }));
    await assert.rejects(dial({ host: 'p', port: 1 }, through)(target, { timeoutMs: 10_000 }), {
      code: 'RESET',
      message: `${kind} proxy p port 1: getaddrinfo ENOTFOUND p`,
      cause,
    });
  });

  test(`${kind}: what a foreign way to the proxy throws becomes a ConnectionFault`, async () => {
    await assert.rejects(dial({ host: 'p', port: 1 }, failing(new TypeError('odd')))(target, { timeoutMs: 10_000 }), {
      name: 'ConnectionFault',
      code: 'RESET',
    });
  });
}
