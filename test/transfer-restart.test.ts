import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type Storage, disk, memory } from '@twinport/ftp/server';
import { KeptData } from './kit/kept-data.js';
import { RawClient } from './kit/raw-client.js';
import { type Agreed, encode, modeDecoder, modeEncoder } from './kit/representation.js';
import { startServer } from './kit/server.js';
import { contentOf } from './kit/stored.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const STORAGES: readonly { name: string; make: (t: Parameters<typeof temporaryFolder>[0]) => Promise<Storage> }[] = [
  { name: 'disk', make: async (t) => disk(await temporaryFolder(t)) },
  { name: 'memory', make: async () => memory() },
];

async function write(storage: Storage, path: string, bytes: Uint8Array): Promise<void> {
  const sink = await storage.openWrite(path, { kind: 'replace' });
  await sink.write([bytes]);
  await sink.close();
}

/** REST, then a verb that opens a data connection but is refused. */
async function refused(client: RawClient, offset: number, line: string, code: number): Promise<void> {
  await client.command('EPSV', 229);
  await client.command(`REST ${offset}`, 350);
  await client.command(line, code);
}

for (const { name, make } of STORAGES) {
  test(`REST and RETR give the rest of the file, from its first octet to its end, on ${name}`, async (t) => {
    const storage = await make(t);
    const { port } = await startServer(t, { storage });
    const client = await RawClient.login(port);
    const file = randomBytes(100_000);
    await write(storage, '/a', file);
    for (const mode of ['S', 'Z'] as const) {
      await client.command(`MODE ${mode}`, 200);
      for (const offset of [0, 1, 65_536, 99_999, 100_000]) {
        await client.command(`REST ${offset}`, 350);
        const bytes = await client.download('RETR a');
        if (mode === 'S') assert.deepEqual(bytes, file.subarray(offset), `from ${offset}`);
        else
          assert.deepEqual(
            encode({ type: 'I', structure: 'F', mode }, file.subarray(offset)).length > 0,
            bytes.length > 0,
          );
      }
      await refused(client, 100_001, 'RETR a', 554);
    }
    await client.command('MODE S', 200);
    assert.deepEqual(await client.download('RETR a'), file, 'a restart point holds for one command');
    await client.quit();
  });

  test(`REST and STOR keep what lies before and replace what lies behind, on ${name}`, async (t) => {
    const storage = await make(t);
    const { port } = await startServer(t, { storage });
    const client = await RawClient.login(port);
    for (const offset of [0, 1, 5_000, 10_000]) {
      const before = randomBytes(10_000);
      const rest = randomBytes(300);
      await write(storage, '/a', before);
      await client.command(`REST ${offset}`, 350);
      await client.upload('STOR a', rest);
      assert.deepEqual(
        await contentOf(storage, '/a'),
        Buffer.concat([before.subarray(0, offset), rest]),
        `from ${offset}`,
      );
      await write(storage, '/a', before);
      await refused(client, 10_001, 'STOR a', 554);
      assert.deepEqual(await contentOf(storage, '/a'), before, 'a refused restart changes nothing');
    }
    await refused(client, 1, 'STOR none', 550);
    await client.quit();
  });

  test(`in TYPE A a restart point counts octets on the wire, also between CR and LF, on ${name}`, async (t) => {
    const storage = await make(t);
    const { port } = await startServer(t, { storage });
    const client = await RawClient.login(port);
    const stored = Buffer.from('ab\n\ncd\r\ne\rf\n', 'latin1');
    const wire = Buffer.from('ab\r\n\r\ncd\r\ne\rf\r\n', 'latin1');
    await write(storage, '/a', stored);
    await client.command('TYPE A', 200);
    assert.equal((await client.command('SIZE a', 213)).lines[0], String(wire.length));
    for (let offset = 0; offset <= wire.length; offset += 1) {
      await client.command(`REST ${offset}`, 350);
      assert.equal(
        (await client.download('RETR a')).toString('latin1'),
        wire.subarray(offset).toString('latin1'),
        `RETR from ${offset}`,
      );
      await write(storage, '/b', stored);
      await client.command(`REST ${offset}`, 350);
      await client.upload('STOR b', wire.subarray(offset));
      assert.equal(
        (await client.download('RETR b')).toString('latin1'),
        wire.toString('latin1'),
        `STOR from ${offset}`,
      );
    }
    await refused(client, wire.length + 1, 'RETR a', 554);
    await refused(client, wire.length + 1, 'STOR a', 554);
    await client.quit();
  });

  test(`an upload cut anywhere goes on where SIZE says, in TYPE A and E, on ${name}`, async (t) => {
    const storage = await make(t);
    const { port } = await startServer(t, { storage });
    const client = await RawClient.login(port);
    for (const type of ['A', 'E'] as const) {
      await client.command(`TYPE ${type}`, 200);
      const wire = encode({ type, structure: 'F', mode: 'S' }, Buffer.from('one\n\ntwo\nend'));
      for (let cut = 0; cut <= wire.length; cut += 1) {
        await client.upload('STOR a', wire.subarray(0, cut));
        const size = Number((await client.command('SIZE a', 213)).lines[0]);
        assert.ok(size <= cut || wire[cut - 1] === 0x0d);
        const from = Math.min(size, cut);
        await client.command(`REST ${from}`, 350);
        await client.upload('STOR a', wire.subarray(from));
        assert.deepEqual((await contentOf(storage, '/a')).toString(), 'one\n\ntwo\nend', `${type}, cut at ${cut}`);
      }
    }
    await client.quit();
  });

  for (const mode of ['B', 'C'] as const) {
    test(`mode ${mode} sends restart markers, and REST with one of them goes on from there, on ${name}`, async (t) => {
      const storage = await make(t);
      const { port } = await startServer(t, { storage });
      const client = await RawClient.login(port);
      const file = randomBytes(3_500_000);
      await write(storage, '/a', file);
      for (const type of ['I', 'A'] as const) {
        const agreed: Agreed = { type: 'I', structure: 'F', mode };
        await client.command(`TYPE ${type}`, 200);
        await client.command(`MODE ${mode}`, 200);
        const kept = new KeptData(await (await client.data('EPSV')).socket);
        const markers: { text: string; position: number }[] = [];
        await client.command('RETR a', 150);
        const whole = await kept.receive(modeDecoder(agreed, (text, position) => markers.push({ text, position })));
        await client.expect(226);
        assert.ok(markers.length >= 2, `${markers.length} markers`);
        for (const { text, position } of markers) {
          await client.command(`REST ${text}`, 350);
          await client.command('RETR a', 125);
          const rest = await kept.receive(modeDecoder(agreed));
          await client.expect(226);
          assert.ok(whole.subarray(position).equals(rest), `${type}: from the marker ${text}`);
        }
        await client.command('MODE S', 200);
        await kept.closed();
      }
      await client.quit();
    });

    test(`markers in a mode ${mode} upload are answered 110, and REST with our mark goes on from there, on ${name}`, async (t) => {
      const storage = await make(t);
      const { port } = await startServer(t, { storage });
      const client = await RawClient.login(port);
      await client.command(`MODE ${mode}`, 200);
      const agreed: Agreed = { type: 'I', structure: 'F', mode };
      const kept = new KeptData(await (await client.data('EPSV')).socket);
      const parts = [randomBytes(50_000), randomBytes(3), randomBytes(70_000)];
      const encoder = modeEncoder(agreed);
      await client.command('STOR a', 150);
      for (const [index, part] of parts.entries()) {
        kept.send(Buffer.from(encoder.push(part)));
        kept.send(encoder.marker(`mine-${index}`));
      }
      kept.send(encoder.end());
      const marks: number[] = [];
      for (const index of parts.keys()) {
        const [line = ''] = (await client.expect(110)).lines;
        const [, theirs, ours] = /^MARK (\S+) = (\d+)$/.exec(line) ?? [];
        assert.equal(theirs, `mine-${index}`);
        marks.push(Number(ours));
      }
      await client.expect(226);
      assert.deepEqual(marks, [50_000, 50_003, 120_003]);
      await client.command(`REST ${marks[1]}`, 350);
      await client.command('STOR a', 125);
      kept.send(encode(agreed, Buffer.from('another end')));
      await client.expect(226);
      assert.deepEqual(
        await contentOf(storage, '/a'),
        Buffer.concat([...parts.slice(0, 2), Buffer.from('another end')]),
      );
      await client.quit();
    });
  }

  test(`RANG gives a part, and replaces a part, on ${name}`, async (t) => {
    const storage = await make(t);
    const { port } = await startServer(t, { storage });
    const client = await RawClient.login(port);
    await write(storage, '/a', Buffer.from('0123456789'));
    for (const [first, last, part] of [
      [0, 0, '0'],
      [2, 5, '2345'],
      [9, 9, '9'],
      [8, 999, '89'],
      [10, 20, ''],
    ] as const) {
      await client.command(`RANG ${first} ${last}`, 350);
      assert.equal((await client.download('RETR a')).toString(), part, `${first} to ${last}`);
    }
    await client.command('RANG 3 5', 350);
    await client.upload('STOR a', Buffer.from('abc'));
    assert.equal((await contentOf(storage, '/a')).toString(), '012abc6789');
    await client.command('RANG 3 5', 350);
    const data = await client.data('EPSV');
    await client.command('STOR a', 150);
    const socket = await data.socket;
    socket.on('error', () => {}); // the server may reset it
    socket.end('more than three');
    await client.expect(451);
    await client.command('RANG 3 5', 350);
    await client.command('RANG 1 0', 350);
    assert.equal((await client.download('RETR a')).toString('latin1').length, 10);
    await client.command('EPSV', 229);
    await client.command('RANG 11 12', 350);
    await client.command('RETR a', 554);
    await client.command('RANG 5 4', 501);
    await client.quit();
  });
}

test('numbers that are no offset are refused', async (t) => {
  const { port } = await startServer(t, { storage: memory({ '/a': 'abc' }) });
  const client = await RawClient.login(port);
  for (const text of ['-1', '1.5', '0x10', '18446744073709551616', '9007199254740992', '', 'mark'])
    await client.command(`REST ${text}`, 501);
  await refused(client, Number.MAX_SAFE_INTEGER, 'RETR a', 554);
  await refused(client, Number.MAX_SAFE_INTEGER, 'STOR a', 554);
  await client.quit();
});
