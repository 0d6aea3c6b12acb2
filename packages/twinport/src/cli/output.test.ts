import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { Output, OutputClosed, OutputFailed, type OutputFormat } from './output.js';

async function printed(format: OutputFormat): Promise<string> {
  const stream = new PassThrough();
  const out = new Output(stream, format);
  await out.item({ name: 'a' }, () => 'a\n');
  await out.event({ event: 'note' });
  await out.item({ name: 'b' }, () => 'b\n');
  await out.finish('entries', { exitCode: 0 });
  stream.end();
  return await text(stream);
}

test('one result is a text, an object of a stream, or a part of the one object', async () => {
  assert.equal(await printed('text'), 'a\nb\n');
  assert.equal(await printed('jsonl'), '{"name":"a"}\n{"event":"note"}\n{"name":"b"}\n{"event":"end","exitCode":0}\n');
  assert.deepEqual(JSON.parse(await printed('json')), { exitCode: 0, entries: [{ name: 'a' }, { name: 'b' }] });
});

test('writing waits while the reader is slow, and ends when it has gone', async () => {
  const held: (() => void)[] = [];
  const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void held.push(done) });
  const out = new Output(stream, 'text');
  let closed = 0;
  out.onFailed(() => closed++);
  const first = out.write('first');
  held.shift()?.();
  await first;
  const second = out.write('second');
  stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await assert.rejects(second, OutputClosed);
  await assert.rejects(out.write('third'), OutputClosed);
  assert.equal(closed, 1);
});

test('what stdout does not take is a failure, not a reader that has gone', async () => {
  const full = Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' });
  const stream = new Writable({ write: (_chunk, _encoding, done) => setImmediate(done, full) });
  const out = new Output(stream, 'text');
  let reason: unknown;
  out.onFailed((error) => {
    reason = error;
  });
  await out.write('lost');
  await new Promise((resolve) => stream.once('close', resolve));
  await assert.rejects(out.settle(), OutputFailed);
  assert.ok(reason instanceof OutputFailed && reason.cause === full);
});
