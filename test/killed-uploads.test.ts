import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { type Server, type Storage, type TransferEvent, disk, memory } from '@twinport/ftp/server';
import { alteredStorage } from './kit/altered-storage.js';
import { missing } from './kit/peers.js';
import { quickAccounts } from './kit/quick-accounts.js';
import { RawClient, transportOf } from './kit/raw-client.js';
import { type Agreed, encode } from './kit/representation.js';
import { startServer, testCertificate } from './kit/server.js';
import { contentOf } from './kit/stored.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const SOURCE = randomBytes(1_500_000);
/** Where a whole buffer of the kernel or of Node may end, and around it. */
const CUTS = [
  0,
  1,
  16_383,
  16_384,
  16_385,
  65_535,
  65_536,
  65_537,
  131_072,
  1_048_576,
  SOURCE.length - 1,
  SOURCE.length,
];

/** The end of the next transfer, however it ends. */
function nextEnd(server: Server): Promise<TransferEvent> {
  return new Promise((resolve) => {
    const onTransfer = (event: TransferEvent): void => {
      if (event.state === 'started') return;
      server.off('transfer', onTransfer);
      resolve(event);
    };
    server.on('transfer', onTransfer);
  });
}

/** How the client's process dies: what becomes of its two sockets. */
type Death = (control: Socket, data: Socket) => void;

const DEATHS: readonly (readonly [name: string, death: Death])[] = [
  ['both end, control first', (control, data) => (control.destroy(), data.destroy())],
  ['both end, data first', (control, data) => (data.destroy(), control.destroy())],
  ['both reset, control first', (control, data) => (control.resetAndDestroy(), data.resetAndDestroy())],
  ['both reset, data first', (control, data) => (data.resetAndDestroy(), control.resetAndDestroy())],
  ['the data connection is reset', (_, data) => data.resetAndDestroy()],
];
/** Without close_notify: in clear this is how an upload ends well. */
const TRUNCATION: (typeof DEATHS)[number] = [
  'the data connection ends without close_notify',
  (_, data) => data.destroy(),
];

const MODES: readonly Agreed[] = (['S', 'B', 'C', 'Z'] as const).map((mode) => ({ type: 'I', structure: 'F', mode }));

interface Case {
  readonly port: number;
  readonly server: Server;
  readonly storage: Storage;
  readonly secure: boolean;
  readonly agreed: Agreed;
}

/** Uploads `cut` octets on the wire, dies, and has a second session finish the file. */
async function dieAndResume(
  { port, server, storage, secure, agreed }: Case,
  death: Death,
  cut: number,
  pause: boolean,
): Promise<void> {
  const wire = encode(agreed, SOURCE).subarray(
    0,
    agreed.mode === 'S' ? cut : Math.min(cut, encode(agreed, SOURCE).length - 1),
  );
  const client = await RawClient.login(port, { secure });
  await client.command(`MODE ${agreed.mode}`, 200);
  const data = await client.data('EPSV');
  await client.command('STOR up', 150);
  const socket = await data.socket;
  for (const each of [socket, transportOf(socket)]) each.on('error', () => {}); // that is what this is about
  const ended = nextEnd(server);
  const written = new Promise((resolve) => {
    socket.write(wire, resolve);
  });
  if (pause) await written;
  death(transportOf(client.socket), transportOf(socket));
  const event = await ended;
  const stored = await contentOf(storage, '/up');
  assert.equal(event.state, 'failed');
  assert.ok((event.code ?? 0) >= 400, `code ${event.code}`);
  assert.equal(stored.length, event.octets, 'the event tells what is in the file');
  assert.ok(stored.equals(SOURCE.subarray(0, stored.length)), 'what is in the file is what was sent');
  client.destroy();

  const second = await RawClient.login(port, { secure });
  const size = Number((await second.command('SIZE up', 213)).lines[0]);
  assert.equal(size, stored.length);
  await second.command(`REST ${size}`, 350);
  const resumed = nextEnd(server);
  await second.upload('STOR up', SOURCE.subarray(size));
  assert.equal((await resumed).octets, SOURCE.length - size);
  assert.ok((await contentOf(storage, '/up')).equals(SOURCE), 'the resumed file is whole');
  await second.quit();
}

for (const secure of [false, true]) {
  for (const [name, death] of secure ? [...DEATHS, TRUNCATION] : DEATHS) {
    test(`an upload ${secure ? 'over TLS' : 'in clear'} of a client that dies (${name}) is never complete, and can be resumed`, async (t) => {
      const storage = secure ? memory() : disk(await temporaryFolder(t));
      const { server, port } = await startServer(t, {
        accounts: quickAccounts(() => storage),
        tls: await testCertificate(),
      });
      const cuts = [...CUTS, ...Array.from({ length: 12 }, () => randomInt(SOURCE.length))];
      for (const [index, cut] of cuts.entries()) {
        const agreed = MODES[index % 3 === 2 ? index % MODES.length : 0];
        if (agreed) await dieAndResume({ port, server, storage, secure, agreed }, death, cut, index % 2 === 0);
      }
    });
  }
}

/** Uploads without end, as over a network, until it is killed. */
const UPLOADER = `
import re, socket, sys, time
control = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
replies = control.makefile('rb')
def say(line):
    control.sendall(line + b'\\r\\n')
    return replies.readline()
replies.readline()
say(b'USER user'); say(b'PASS secret'); say(b'TYPE I')
port = int(re.search(rb'\\|\\|\\|(\\d+)\\|', say(b'EPSV')).group(1))
data = socket.create_connection(('127.0.0.1', port))
say(b'STOR up')
block = bytes(range(251)) * 41
while True:
    data.sendall(block)
    time.sleep(0.001)
`;

test(
  'a process that is killed during an upload leaves what it sent, and is not taken to have finished',
  { skip: missing('python3') },
  async (t) => {
    const pattern = Buffer.from(Array.from({ length: 251 }, (_, byte) => byte));
    for (const length of [200_000, 400_000, 800_000]) {
      const inner = memory();
      let uploader: ReturnType<typeof spawn> | undefined;
      let octets = 0;
      const storage = alteredStorage(inner, {
        write: (handle) => ({
          async write(chunks) {
            await handle.write(chunks);
            octets += chunks.reduce((sum, chunk) => sum + chunk.length, 0);
            if (octets >= length) uploader?.kill('SIGKILL');
          },
          close: () => handle.close(),
        }),
      });
      const { server, port } = await startServer(t, { accounts: quickAccounts(() => storage) });
      const ended = nextEnd(server);
      uploader = spawn('python3', ['-c', UPLOADER, String(port)], { stdio: 'ignore' });
      await once(uploader, 'exit');
      const event = await ended;
      assert.equal(event.state, 'failed');
      const stored = await contentOf(inner, '/up');
      assert.equal(stored.length, event.octets);
      assert.ok(stored.equals(Buffer.alloc(stored.length, pattern)));
    }
  },
);
