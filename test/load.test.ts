import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoadClients } from './kit/load-clients.js';
import { startMeasuredServer } from './kit/measured-server.js';
import { RawClient } from './kit/raw-client.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const CLIENTS = 1_000;
const IDLE = 2_000;
const KIB = 1024;
const MIB = 1024 * KIB;
/** By default far fewer sessions come from one address; see docs/limits.md. */
const LIMITS = { maxSessions: 2 * IDLE, maxSessionsPerAddress: 2 * IDLE };

/** Node raises the soft limit to the hard one when it starts. */
function tooFewDescriptors(needed: number): string | false {
  const report = process.report.getReport() as { userLimits?: { open_files?: { hard?: number | 'unlimited' } } };
  const hard = report.userLimits?.open_files?.hard ?? 'unlimited';
  return hard === 'unlimited' || hard >= needed ? false : `ulimit -n is ${hard}, ${needed} are needed`;
}

test(
  '1,000 clients at once list and transfer in both modes, lose nothing, and leave nothing behind',
  { skip: tooFewDescriptors(4 * CLIENTS) },
  async (t) => {
    const folder = await temporaryFolder(t);
    const server = await startMeasuredServer(t, { folder, limits: LIMITS });
    // What is loaded on first use is no leak.
    const warmUp = await LoadClients.login(t, server.port, 50);
    assert.deepEqual(await warmUp.work(), []);
    await warmUp.quit();
    const before = await server.idleUsage();

    const clients = await LoadClients.login(t, server.port, CLIENTS);
    assert.equal((await server.usage()).sessions, CLIENTS);
    assert.deepEqual(await clients.work(), []);
    assert.equal((await server.usage()).sessions, CLIENTS);
    await clients.quit();

    const after = await server.idleUsage();
    assert.equal(after.descriptors, before.descriptors, 'descriptors');
    assert.deepEqual(after.resources, before.resources, 'timers and sockets');
    assert.ok(
      after.heapBytes - before.heapBytes < 4 * MIB,
      `heap: ${before.heapBytes} before, ${after.heapBytes} after`,
    );
    const [rssBefore, rssAfter, peak] = [before.residentBytes, after.residentBytes, after.peakResidentBytes].map(
      (octets) => Math.round(octets / MIB),
    );
    t.diagnostic(
      `resident: ${rssBefore} MiB before, ${peak} MiB at most, ${rssAfter} MiB after; heap ${Math.round((after.heapBytes - before.heapBytes) / KIB)} KiB more`,
    );
  },
);

test(
  '2,000 idle sessions cost little memory each, and nothing once they are gone',
  { skip: tooFewDescriptors(2 * IDLE) },
  async (t) => {
    const server = await startMeasuredServer(t, { folder: await temporaryFolder(t), limits: LIMITS });
    const warmUp = await RawClient.login(server.port);
    await warmUp.quit();
    const before = await server.idleUsage();
    const clients = await LoadClients.login(t, server.port, IDLE);
    const during = await server.usage();
    assert.equal(during.sessions, IDLE);
    const each = (during.residentBytes - before.residentBytes) / IDLE / KIB;
    const heap = (during.heapBytes - before.heapBytes) / IDLE / KIB;
    t.diagnostic(`idle session: ${each.toFixed(1)} KiB (heap ${heap.toFixed(1)} KiB)`);
    assert.ok(each < 200, `${each} KiB a session`);
    await clients.kill();
    const after = await server.idleUsage();
    assert.equal(after.descriptors, before.descriptors, 'descriptors');
    assert.deepEqual(after.resources, before.resources, 'timers and sockets');
    assert.ok(
      after.heapBytes - before.heapBytes < 4 * MIB,
      `heap: ${before.heapBytes} before, ${after.heapBytes} after`,
    );
  },
);
