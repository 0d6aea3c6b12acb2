import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { createDeflate, createInflate } from 'node:zlib';
import { Comparison, LargeContent } from './kit/large-content.js';
import { startMeasuredServer } from './kit/measured-server.js';
import { RawClient } from './kit/raw-client.js';
import { type Agreed, modeDecoder, modeEncoder } from './kit/representation.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const GIB = 1024 * 1024 * 1024;
const MOST_RESIDENT = 400 * 1024 * 1024;

function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

async function upload(socket: Socket, agreed: Agreed, content: LargeContent): Promise<void> {
  if (agreed.mode === 'Z') {
    const copies = Readable.from(
      (function* () {
        for (const block of content.blocks()) yield Buffer.from(block);
      })(),
      { highWaterMark: 1 },
    );
    return await pipeline(copies, createDeflate({ level: 1, chunkSize: 256 * 1024 }), socket);
  }
  const encoder = agreed.mode === 'S' ? undefined : modeEncoder(agreed);
  for (const block of content.blocks()) await written(socket, encoder ? encoder.push(block) : block);
  if (encoder) await written(socket, encoder.end());
  else socket.end();
}

async function compareDownload(socket: Socket, agreed: Agreed, content: LargeContent): Promise<void> {
  const comparison = new Comparison(content);
  if (agreed.mode === 'Z') {
    await pipeline(socket, createInflate({ chunkSize: 256 * 1024 }), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) comparison.take(chunk);
    });
    return comparison.end();
  }
  const decoder = agreed.mode === 'S' ? undefined : modeDecoder(agreed);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    comparison.take(decoder ? decoder.push(chunk) : chunk);
    if (decoder?.ended) break;
  }
  comparison.end();
}

/** Octets drawn at random cannot be deflated, and to try takes long: mode Z gets pages of which an eighth is random. */
for (const mode of ['S', 'B', 'C', 'Z'] as const) {
  test(`1 GiB goes up and comes down in mode ${mode}, octet for octet, in bounded memory`, async (t) => {
    const folder = await temporaryFolder(t);
    const server = await startMeasuredServer(t, { folder });
    const content = new LargeContent(GIB, { compressible: mode === 'Z' });
    const agreed: Agreed = { type: 'I', structure: 'F', mode };
    const client = await RawClient.login(server.port);
    await client.command('OPTS MODE Z LEVEL 1', 200);
    await client.command(`MODE ${mode}`, 200);

    const up = await client.data('EPSV');
    await client.command('STOR large', 150);
    const source = await up.socket;
    await upload(source, agreed, content);
    await client.expect(226);
    source.destroy();
    const stored = new Comparison(content);
    for await (const chunk of createReadStream(join(folder, 'large'), {
      highWaterMark: 1024 * 1024,
    }) as AsyncIterable<Buffer>)
      stored.take(chunk);
    stored.end();

    const down = await client.data('EPSV');
    await client.command('RETR large', 150);
    await compareDownload(await down.socket, agreed, content);
    await client.expect(226);
    await client.quit();
    await rm(join(folder, 'large'));

    const { peakResidentBytes } = await server.usage();
    t.diagnostic(`resident at most: ${Math.round(peakResidentBytes / 1024 / 1024)} MiB`);
    assert.ok(peakResidentBytes < MOST_RESIDENT, `${peakResidentBytes} octets resident`);
  });
}
