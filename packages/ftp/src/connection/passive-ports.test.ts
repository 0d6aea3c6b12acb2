import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DirectSocket } from './direct-socket.js';
import { Listener, type Listening } from './listener.js';
import type { PortRange } from './port-range.js';
import { type PassiveOffer, PassivePorts, type PassivePortsSettings } from './passive-ports.js';

const HOST = '127.0.0.1';
const ANN = '127.0.5.1';
const BOB = '127.0.5.2';

/** A port that is free now, as a range. */
async function onePort(): Promise<PortRange> {
  const listener = await Listener.within({ first: 0, last: 0 }, HOST);
  listener.close();
  return { first: listener.port, last: listener.port };
}

interface Opened {
  readonly ports: PassivePorts;
  readonly range: PortRange;
  readonly strangers: string[];
}

async function openPorts(settings: Partial<PassivePortsSettings> = {}): Promise<Opened> {
  const strangers: string[] = [];
  const range = settings.range ?? (await onePort());
  const ports = new PassivePorts(
    () => ({ share: true, waitMs: 0, ...settings, range }),
    ({ host }) => void strangers.push(host),
  );
  return { ports, range, strangers };
}

/** A place that is left at the end of the test, if not before. */
async function take(t: TestContext, ports: PassivePorts, client: string): Promise<Listening> {
  const place = await ports.take(offer(client));
  t.after(() => place.close());
  return place;
}

function offer(client: string, signal = new AbortController().signal): PassiveOffer {
  return { host: HOST, client, signal };
}

/** The connection that comes to a place, or the error. It leaves the place. */
function arrivalAt(t: TestContext, place: Listening): Promise<Socket> {
  return new Promise((resolve, reject) => {
    place.start({
      onArrival: ({ socket }) => {
        place.close();
        assert.ok(!(socket instanceof DirectSocket));
        t.after(() => socket.destroy());
        resolve(socket);
      },
      onError: reject,
    });
  });
}

async function connect(t: TestContext, port: number, from: string): Promise<Socket> {
  const socket = net.connect({ port, host: HOST, localAddress: from });
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** How a connection from this address ends that nobody takes. */
async function fate(t: TestContext, port: number, from: string): Promise<string> {
  const socket = net.connect({ port, host: HOST, localAddress: from }).resume();
  t.after(() => socket.destroy());
  return await new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
    socket.once('end', () => resolve('end'));
  });
}

test('clients of different addresses wait on one port, and each gets its own connection', async (t) => {
  const { ports } = await openPorts();
  const ann = await take(t, ports, ANN);
  const bob = await take(t, ports, BOB);
  assert.equal(ann.port, bob.port);
  const arrivals = [arrivalAt(t, ann), arrivalAt(t, bob)] as const;
  const [bobs, anns] = [await connect(t, bob.port, BOB), await connect(t, ann.port, ANN)];
  assert.equal((await arrivals[0]).remotePort, anns.localPort);
  assert.equal((await arrivals[1]).remotePort, bobs.localPort);
});

test('one address never has a port twice', async (t) => {
  const { ports } = await openPorts();
  const first = await take(t, ports, ANN);
  await assert.rejects(ports.take(offer(ANN)), { code: 'NO_PORT' });
  first.close();
  const next = await take(t, ports, ANN);
  next.close();
});

test('without sharing a port is one client’s', async (t) => {
  const { ports } = await openPorts({ share: false });
  const place = await take(t, ports, ANN);
  await assert.rejects(ports.take(offer(BOB)), { code: 'NO_PORT' });
  place.close();
  (await take(t, ports, BOB)).close();
});

test('an address without an offer on a shared port is turned away and counted, and nobody gets its connection', async (t) => {
  const { ports, strangers } = await openPorts();
  const places = [await take(t, ports, ANN), await take(t, ports, BOB)];
  for (const place of places)
    place.start({ onArrival: () => assert.fail('a stranger was let in'), onError: assert.fail });
  assert.equal(await fate(t, places[0]?.port ?? 0, '127.0.5.3'), 'end');
  assert.deepEqual(strangers, ['127.0.5.3']);
});

test('the second connection of a client is a stranger’s', async (t) => {
  const { ports, range, strangers } = await openPorts();
  const places = [await take(t, ports, ANN), await take(t, ports, BOB), await take(t, ports, '127.0.5.3')];
  const [ann, ...others] = places;
  const arrived = arrivalAt(t, ann ?? assert.fail());
  for (const place of others) place.start({ onArrival: () => assert.fail('not for this place'), onError: assert.fail });
  await connect(t, range.first, ANN);
  await arrived;
  assert.equal(await fate(t, range.first, ANN), 'end');
  assert.deepEqual(strangers, [ANN]);
});

test('the port is closed with its last place, not before', async (t) => {
  const { ports } = await openPorts();
  const [ann, bob] = [await take(t, ports, ANN), await take(t, ports, BOB)];
  ann.close();
  ann.close();
  assert.equal(ports.open, 1);
  const arrived = arrivalAt(t, bob);
  await connect(t, bob.port, BOB);
  await arrived;
  assert.equal(ports.open, 0);
  assert.equal(await fate(t, bob.port, BOB), 'ECONNREFUSED');
});

test('a connection that was made for an offer that is gone is not the next one’s of that address', async (t) => {
  const { ports } = await openPorts();
  await take(t, ports, BOB);
  const gone = await take(t, ports, ANN);
  const late = fate(t, gone.port, ANN);
  gone.close();
  const next = await take(t, ports, ANN);
  const arrived = arrivalAt(t, next);
  assert.match(await late, /ECONNRESET|end/);
  const fresh = await connect(t, next.port, ANN);
  assert.equal((await arrived).remotePort, fresh.localPort);
});

test('offers that come at the same moment find one port', async (t) => {
  const { ports } = await openPorts();
  await Promise.all([ANN, BOB, '127.0.5.3'].map((client) => take(t, ports, client)));
  assert.equal(ports.open, 1);
});

test('who finds no port waits for one, the first come first', async (t) => {
  const { ports } = await openPorts({ waitMs: 60_000 });
  const place = await take(t, ports, ANN);
  const order: number[] = [];
  const waiting = [1, 2].map(async (number) => {
    const next = await take(t, ports, ANN);
    order.push(number);
    next.close();
  });
  await nextTurn();
  place.close();
  await Promise.all(waiting);
  assert.deepEqual(order, [1, 2]);
});

test('the wait ends with its time, and with the session', async (t) => {
  const { ports } = await openPorts({ waitMs: 20 });
  const place = await take(t, ports, ANN);
  await assert.rejects(ports.take(offer(ANN)), { code: 'NO_PORT' });
  place.close();
  const { ports: others } = await openPorts({ waitMs: 60_000 });
  const ended = new AbortController();
  await take(t, others, ANN);
  const refused = assert.rejects(others.take(offer(ANN, ended.signal)), { code: 'NO_PORT' });
  ended.abort();
  await refused;
});

test('a port that another process has is passed over', async () => {
  const blocker = await Listener.within({ first: 0, last: 0 }, HOST);
  const range = { first: blocker.port, last: blocker.port };
  for (const waitMs of [0, 20]) {
    const { ports } = await openPorts({ range, waitMs });
    await assert.rejects(ports.take(offer(ANN)), { code: 'NO_PORT' });
    assert.equal(ports.open, 0);
  }
  blocker.close();
});

test('of several processes each takes its own part of the range first, then what the others leave', async (t) => {
  const range = { first: 31_000, last: 31_009 }; // below those that the system chooses
  const [one, other] = [
    await openPorts({ range, part: { index: 0, count: 2 } }),
    await openPorts({ range, part: { index: 1, count: 2 } }),
  ];
  for (let count = 0; count < 5; count += 1) assert.equal((await take(t, one.ports, ANN)).port % 2, 0);
  assert.equal((await take(t, other.ports, ANN)).port % 2, 1);
  for (let count = 0; count < 4; count += 1) assert.equal((await take(t, one.ports, ANN)).port % 2, 1);
  await assert.rejects(one.ports.take(offer(ANN)), { code: 'NO_PORT' });
});

test('a range that has changed holds for the next offer, and those that wait keep their port', async (t) => {
  const [before, after] = [await onePort(), await onePort()];
  let range = before;
  const ports = new PassivePorts(
    () => ({ share: true, waitMs: 0, range }),
    () => assert.fail('a stranger'),
  );
  const ann = await take(t, ports, ANN);
  range = after;
  assert.equal((await take(t, ports, BOB)).port, after.first);
  const arrived = arrivalAt(t, ann);
  await connect(t, before.first, ANN);
  await arrived;
});
