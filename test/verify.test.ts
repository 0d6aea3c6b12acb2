// The matrix of twinport verify: the rules that `twinport rules` writes, loaded for real, and what the model predicts of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';
import { verified } from './kit/verified.js';

const skip = missingNamespaces() || missing('nft') || missing('iptables');
/** Milliseconds: five minutes are what it may take. */
const timeout = 300_000;

test(
  'what is measured is what is predicted: nftables and iptables, every role, NAT, family, with TLS and without',
  { skip, timeout },
  async (t) => {
    const { code, stderr, cells } = await verified(t, ['--target', 'nftables,iptables']);
    assert.equal(code, 0, stderr);
    const places = new Set(cells.map(({ target, role, nat }) => `${target} ${role} ${nat}`));
    assert.equal(places.size, 2 * 3 * 4);
    assert.ok(cells.length > 10_000);
    // Nothing is worth anything that never differs: each outcome is there, and each stranger gets in somewhere.
    const outcomes = new Set(cells.map(({ measured }) => measured));
    assert.deepEqual([...outcomes].toSorted(), ['425', '500', 'closed', 'ok', 'open', 'refused', 'timeout']);
    const strangers = cells.filter(({ stranger }) => stranger !== undefined);
    const welcome = new Set(strangers.filter(({ measured }) => measured === 'open').map(({ stranger }) => stranger));
    assert.deepEqual(welcome, new Set(strangers.map(({ stranger }) => stranger)));
  },
);
