import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Pace } from './pace.js';

/** Runs calls that take some milliseconds of a clock of its own, and tells where each was made. */
function withClock(root: string): { run(took: number): Promise<string>; pass(milliseconds: number): void } {
  let time = 0;
  const pace = new Pace(root, () => time);
  return {
    run: (took) =>
      pace.run(
        () => {
          time += took;
          return 'at once';
        },
        () => Promise.resolve('in a thread'),
      ),
    pass: (milliseconds) => {
      time += milliseconds;
    },
  };
}

test('short calls are made at once for as long as the disk answers quickly', async () => {
  const clock = withClock(tmpdir());
  for (let call = 0; call < 3; call += 1) assert.equal(await clock.run(1), 'at once');
});

test('after a call that waited the threads are used, twenty times as long as it took', async () => {
  const clock = withClock(tmpdir());
  assert.equal(await clock.run(10), 'at once');
  assert.equal(await clock.run(10), 'in a thread');
  clock.pass(189);
  assert.equal(await clock.run(1), 'in a thread');
  clock.pass(1);
  assert.equal(await clock.run(1), 'at once');
});

test('a call that waited and failed counts too, and its error is passed on', async () => {
  let time = 0;
  const pace = new Pace(tmpdir(), () => time);
  const fail = (): never => {
    time += 10;
    throw new Error('EIO');
  };
  await assert.rejects(
    pace.run(fail, () => Promise.resolve()),
    /EIO/,
  );
  assert.equal(
    await pace.run(
      () => 'at once',
      () => Promise.resolve('in a thread'),
    ),
    'in a thread',
  );
});

test('of a folder that is not there yet nothing is known, so it is left to the threads', async () => {
  const clock = withClock(join(tmpdir(), 'twinport-no-such-folder'));
  assert.equal(await clock.run(0), 'in a thread');
});
