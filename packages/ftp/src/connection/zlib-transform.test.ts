import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import { ZlibTransform } from './zlib-transform.js';

async function run(transform: ZlibTransform, chunks: readonly Uint8Array[]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const take = async (piece: Uint8Array): Promise<void> => {
    pieces.push(piece);
  };
  try {
    for (const chunk of chunks) await transform.push(chunk, take);
    await transform.end(take);
  } finally {
    transform.close();
  }
  return Buffer.concat(pieces);
}

const text = Buffer.from('two connections '.repeat(5_000));
const deflated = deflateSync(text);

test('what is deflated inflates to the same, at every split', async () => {
  assert.deepEqual(inflateSync(await run(ZlibTransform.deflate(6), [text.subarray(0, 7), text.subarray(7)])), text);
  for (let cut = 0; cut <= deflated.length; cut += 1) {
    assert.deepEqual(await run(ZlibTransform.inflate(), [deflated.subarray(0, cut), deflated.subarray(cut)]), text);
  }
});

test('a stream that is cut, corrupt, or followed by anything is refused, never waited for', async () => {
  const wrong: readonly Uint8Array[][] = [
    [],
    [deflated.subarray(0, -1)],
    [Buffer.from('no zlib stream')],
    [deflated, Buffer.from('x')],
    [deflated, deflated],
  ];
  for (const chunks of wrong) await assert.rejects(run(ZlibTransform.inflate(), chunks), { name: 'SyntaxFault' });
});

test('what follows the end in the same chunk does not keep anybody waiting', async () => {
  const outcome = await run(ZlibTransform.inflate(), [Buffer.concat([deflated, Buffer.from('trailing')])]).catch(
    (error: unknown) => error,
  );
  assert.ok(outcome instanceof Error || text.equals(outcome as Buffer));
});
