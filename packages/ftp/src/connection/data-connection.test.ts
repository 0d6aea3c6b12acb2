import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import net, { type Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ConnectionFault } from './connection-fault.js';
import { DataConnection, type DataConnectionOptions } from './data-connection.js';
import type { ConnectionEvent } from './events.js';
import type { Pinhole, Pinholes } from './pinholes.js';
import { parsePortRange, portsOf } from './port-range.js';

function options(more: Partial<DataConnectionOptions> = {}): DataConnectionOptions & { readonly events: string[] } {
  const events: string[] = [];
  return {
    side: 'server',
    control: { local: { host: '127.0.0.1', port: 2121 }, remote: { host: '127.0.0.1', port: 40_000 } },
    waitMs: 5_000,
    stallMs: 5_000,
    onEvent: (event: ConnectionEvent) => {
      if (event.kind === 'data') events.push(event.state);
    },
    events,
    ...more,
  };
}

const ANY = { first: 0, last: 0 };

test('a passive server listens, takes one connection, and closes its port then', async () => {
  const own = options();
  const connection = await DataConnection.listen('passive', ANY, own);
  assert.equal(connection.role, 'listen');
  const client = net.connect(connection.offered.port, '127.0.0.1');
  await once(client, 'connect');
  await connection.open();
  const second = net.connect(connection.offered.port, '127.0.0.1');
  await assert.rejects(once(second, 'connect'), { code: 'ECONNREFUSED' });
  await connection.stream.write(Buffer.from('hello'));
  const [chunk] = (await once(client, 'data')) as [Buffer];
  assert.equal(chunk.toString(), 'hello');
  connection.close();
  await once(client, 'close');
  assert.deepEqual(own.events, ['offered', 'opening', 'open', 'done']);
});

test('a stranger is turned away without a byte, and the peer still gets through', async () => {
  const own = options();
  const connection = await DataConnection.listen('passive', ANY, own);
  const stranger = net.connect({ port: connection.offered.port, host: '127.0.0.1', localAddress: '127.0.0.2' });
  stranger.on('data', () => assert.fail('a stranger got data'));
  await once(stranger, 'close');
  const client = net.connect(connection.offered.port, '127.0.0.1');
  await connection.open();
  assert.deepEqual(own.events, ['offered', 'refused', 'opening', 'open']);
  connection.close();
  await once(client.resume(), 'close');
});

test('a passive port nobody comes to is closed after the wait, and opening says TIMEOUT', async () => {
  const connection = await DataConnection.listen('passive', ANY, options({ waitMs: 30 }));
  await assert.rejects(connection.open(), { code: 'TIMEOUT' });
  assert.equal(connection.state, 'failed');
  await assert.rejects(once(net.connect(connection.offered.port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
  await assert.rejects(connection.open(), { code: 'TIMEOUT' });
});

test('an offer that is dropped closes its port', async () => {
  const connection = await DataConnection.listen('passive', ANY, options());
  connection.close();
  await assert.rejects(once(net.connect(connection.offered.port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
  assert.equal(connection.state, 'done');
});

test('a range that is used up says NO_PORT, and a port of it is free again after closing', async () => {
  const blocker = await DataConnection.listen('passive', ANY, options());
  const range = { first: blocker.offered.port, last: blocker.offered.port };
  await assert.rejects(DataConnection.listen('passive', range, options()), { code: 'NO_PORT' });
  blocker.close();
  const next = await DataConnection.listen('passive', range, options());
  assert.equal(next.offered.port, range.first);
  next.close();
});

test('an active server dials from the source port it was given', async (t) => {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => listener.close());
  const address = listener.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const source = await DataConnection.listen('passive', ANY, options());
  source.close();
  const connection = DataConnection.dial('active', { host: '127.0.0.1', port }, source.offered.port, options());
  assert.equal(connection.role, 'dial');
  const accepted = once(listener, 'connection') as Promise<[Socket]>;
  await connection.open();
  const [socket] = await accepted;
  assert.equal(socket.remotePort, source.offered.port);
  connection.close();
  await once(socket.resume(), 'close');
});

test('an active server whose source port is taken says so and uses another', async (t) => {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => listener.close());
  const address = listener.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const own = options();
  const connection = DataConnection.dial('active', { host: '127.0.0.1', port }, port, own);
  const accepted = once(listener, 'connection') as Promise<[Socket]>;
  await connection.open();
  const [socket] = await accepted;
  assert.deepEqual(own.events, ['offered', 'opening', 'note', 'open']);
  connection.close();
  await once(socket.resume(), 'close');
});

test('an active target that refuses fails with REFUSED', async () => {
  const gone = await DataConnection.listen('passive', ANY, options());
  gone.close();
  const connection = DataConnection.dial('active', gone.offered, 'any', options());
  await assert.rejects(connection.open(), { code: 'REFUSED' });
  assert.equal(connection.state, 'failed');
});

test('a reset is told to whoever reads', async () => {
  const connection = await DataConnection.listen('passive', ANY, options());
  const client = net.connect(connection.offered.port, '127.0.0.1');
  await connection.open();
  client.resetAndDestroy();
  await assert.rejects(connection.stream.read(), { code: 'RESET' });
});

test('an open connection without progress fails with STALLED', async () => {
  const connection = await DataConnection.listen('passive', ANY, options({ stallMs: 30 }));
  const client = net.connect(connection.offered.port, '127.0.0.1');
  await connection.open();
  await assert.rejects(connection.stream.read(), { code: 'STALLED' });
  await once(client.resume(), 'close');
});

test('progress is looked for again after a time in which nobody waited for the peer', async () => {
  const [slow, other] = [await opened({ stallMs: 30 }), await opened({ stallMs: 30 })];
  await assert.rejects(other.stream.read(), { code: 'STALLED' }); // and so the time of the first has passed too
  await assert.rejects(slow.stream.read(), { code: 'STALLED' });
});

async function opened(settings: Parameters<typeof options>[0]): Promise<DataConnection> {
  const connection = await DataConnection.listen('passive', ANY, options(settings));
  net.connect(connection.offered.port, '127.0.0.1').resume();
  await connection.open();
  return connection;
}

test('a peer that sends more than is read is made to wait, and loses nothing', async () => {
  const connection = await DataConnection.listen('passive', ANY, options());
  const client = net.connect(connection.offered.port, '127.0.0.1');
  await connection.open();
  const octets = 24 * 1024 * 1024;
  const { stream } = connection;
  client.end(Buffer.alloc(octets, 3));
  const first = await stream.read();
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(stream.delivered < octets, 'everything was taken in without being asked for');
  let total = (first ?? []).reduce((sum, chunk) => sum + chunk.length, 0);
  for (let chunks = await stream.read(); chunks; chunks = await stream.read()) {
    total += chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }
  assert.equal(total, octets);
  connection.close();
});

test('port ranges: both ends unprivileged and in order, or nothing', () => {
  const table: [string, { first: number; last: number } | undefined][] = [
    ['50000-50010', { first: 50_000, last: 50_010 }],
    [' 1024-65535 ', { first: 1024, last: 65_535 }],
    ['1024-1024', { first: 1024, last: 1024 }],
    ['1023-2000', undefined],
    ['2000-1999', undefined],
    ['2000-65536', undefined],
    ['0-0', undefined],
    ['-5', undefined],
    ['2000', undefined],
    ['2000-', undefined],
    ['2000-3000-4000', undefined],
    ['', undefined],
    ['a-b', undefined],
  ];
  for (const [text, range] of table) assert.deepEqual(parsePortRange(text), range, text);
});

test('a range is tried from a random port on, each port once', () => {
  const starts = new Set<number>();
  for (let round = 0; round < 200; round += 1) {
    const ports = [...portsOf({ first: 5000, last: 5009 })];
    assert.deepEqual(
      ports.toSorted((a, b) => a - b),
      [5000, 5001, 5002, 5003, 5004, 5005, 5006, 5007, 5008, 5009],
    );
    starts.add(ports[0] ?? 0);
  }
  assert.equal(starts.size, 10);
});

/** A firewall that notes what is opened and closed, and opens when it is told to. */
function firewall(opens: Promise<unknown> = Promise.resolve()): Pinholes & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    async open({ mode, client, port, openMs }: Pinhole) {
      told.push(`${mode} ${client} ${port} ${openMs}`);
      await opens;
      return () => void told.push('closed');
    },
  };
}

test('a pinhole for a passive port is open when it is offered, and closed once the peer is there', async () => {
  const pinholes = firewall();
  const connection = await DataConnection.listen('passive', ANY, options({ pinholes }));
  assert.deepEqual(pinholes.told, [`passive 127.0.0.1 ${connection.offered.port} 5000`]);
  const client = net.connect(connection.offered.port, '127.0.0.1');
  await connection.open();
  assert.equal(pinholes.told[1], 'closed');
  connection.close();
  await once(client.resume(), 'close');
  assert.equal(pinholes.told.length, 2);
});

test('a pinhole for a passive port is closed when that is given up, once', async () => {
  const pinholes = firewall();
  const connection = await DataConnection.listen('passive', ANY, options({ pinholes, waitMs: 30 }));
  await assert.rejects(connection.open(), { code: 'TIMEOUT' });
  connection.close();
  await nextTurn();
  assert.deepEqual(pinholes.told.slice(1), ['closed']);
});

test('a firewall that opens too late: the port is closed, and the pinhole as soon as it is open', async () => {
  const gate = new EventEmitter();
  const pinholes = firewall(once(gate, 'open'));
  const own = options({ pinholes, waitMs: 30 });
  const offered = DataConnection.listen('passive', ANY, {
    ...own,
    onEvent: (event) => {
      own.onEvent?.(event);
      if (event.kind === 'data' && event.state === 'failed') gate.emit('open');
    },
  });
  await assert.rejects(offered, { code: 'TIMEOUT' });
  assert.deepEqual(pinholes.told.slice(1), ['closed']);
  assert.deepEqual(own.events, ['offered', 'failed']);
});

test('a firewall that does not open: PINHOLE, with its reason, and no port stays open', async () => {
  const refusal = new Error('no such set');
  const pinholes = firewall(Promise.reject(refusal));
  const own = options({ pinholes });
  await assert.rejects(DataConnection.listen('passive', ANY, own), {
    code: 'PINHOLE',
    message: 'no such set',
    cause: refusal,
  });
  const port = Number(pinholes.told[0]?.split(' ')[2]);
  await assert.rejects(once(net.connect(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
  const active = DataConnection.dial('active', { host: '127.0.0.1', port }, 'any', own);
  await assert.rejects(active.open(), { code: 'PINHOLE' });
  assert.deepEqual(own.events, ['offered', 'failed', 'offered', 'opening', 'failed']);
});

test('a pinhole for an active connection is open while it is dialled, and no longer', async (t) => {
  const listener = net.createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  t.after(() => listener.close());
  const address = listener.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const pinholes = firewall();
  const connection = DataConnection.dial('active', { host: '127.0.0.1', port }, 'any', options({ pinholes }));
  assert.deepEqual(pinholes.told, []);
  const accepted = once(listener, 'connection') as Promise<[Socket]>;
  await connection.open();
  await nextTurn();
  assert.deepEqual(pinholes.told, [`active 127.0.0.1 ${port} 5000`, 'closed']);
  const [socket] = await accepted;
  connection.close();
  await once(socket.resume(), 'close');
});

test('an active connection that is given up while the firewall opens is not dialled', async () => {
  const gate = new EventEmitter();
  const pinholes = firewall(once(gate, 'open'));
  const own = options({ pinholes });
  const connection = DataConnection.dial('active', { host: '127.0.0.1', port: 1 }, 'any', own);
  const opening = connection.open();
  connection.fail(new ConnectionFault('ABORTED', 'aborted'));
  gate.emit('open');
  await assert.rejects(opening, { code: 'ABORTED' });
  assert.deepEqual(pinholes.told.slice(1), ['closed']);
});

test('an active connection that is closed while the firewall opens is not dialled', async () => {
  const gate = new EventEmitter();
  const pinholes = firewall(once(gate, 'open'));
  const own = options({ pinholes, dial: () => assert.fail('dialled') });
  const connection = DataConnection.dial('active', { host: '127.0.0.1', port: 1 }, 'any', own);
  const opening = connection.open();
  connection.close();
  gate.emit('open');
  await assert.rejects(opening, { code: 'CLOSED' });
  assert.deepEqual(pinholes.told.slice(1), ['closed']);
  assert.deepEqual(own.events, ['offered', 'opening', 'done']);
});
