import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaintBefore } from './nft-answer.js';
import { nftFault } from './nft-fault.js';

const ADD = 'add element inet t s { 192.0.2.2 . 50000 timeout 31000ms }';
/** What nft 1.0.6 has said to a line of commands and an end mark behind it. */
const MARK = 'Error: syntax error, unexpected newline, expecting string\nend-7\n     ^\n';
const LAST_POINTER = '     ^\n';
const NO_TABLE = `Error: No such file or directory\n${ADD}\n                 ^\n`;
const NO_ROOT =
  'Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed: Operation not permitted\n';

const ANSWERS: readonly (readonly [what: string, stderr: string, complaint: string])[] = [
  ['nothing', MARK, ''],
  ['nothing, behind what was left of the last answer', LAST_POINTER + MARK, ''],
  ['a missing table', NO_TABLE + MARK, 'Error: No such file or directory'],
  ['the same behind the last answer', LAST_POINTER + NO_TABLE + MARK, 'Error: No such file or directory'],
  ['no privilege, twice', NO_ROOT + NO_ROOT + MARK, NO_ROOT.trim().replace('\n', '; ')],
];

for (const [what, stderr, complaint] of ANSWERS) {
  test(`nft complains of ${what}: known once the mark is there, however it is cut`, () => {
    const end = stderr.indexOf('end-7') + 'end-7'.length;
    for (let cut = 0; cut <= stderr.length; cut += 1) {
      const answer = complaintBefore('end-7', ADD, stderr.slice(0, cut));
      assert.equal(answer, cut < end ? undefined : complaint, `cut at ${cut}`);
    }
  });
}

test('a mark inside of commands that nft repeats is not taken for its end', () => {
  assert.equal(complaintBefore('end-7', ADD, `Error: no\nadd end-7\n`), undefined);
});

test('a complaint about a long line is short', () => {
  assert.ok((complaintBefore('end-7', ADD, `Error: ${'x'.repeat(100_000)}\n${MARK}`)?.length ?? 0) <= 300);
});

test('a fault says what is to be done about it', () => {
  assert.equal(nftFault('Error: No such file or directory').code, 'missing');
  assert.equal(nftFault(NO_ROOT).code, 'denied');
  assert.equal(nftFault('Error: Could not process rule: Too many open files in system').code, 'refused');
});
