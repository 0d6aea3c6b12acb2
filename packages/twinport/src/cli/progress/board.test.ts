import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Screen } from '../screen.js';
import { Board, type FileResult } from './board.js';

const dataPath = { mode: 'passive', command: 'EPSV' } as const;
const moved = (octets: number, size: number): FileResult => ({
  outcome: 'transferred',
  octets,
  size,
  dataPath,
  tls: undefined,
});

function boardOn(isTTY: boolean): { board: Board; clock: { now: number }; text: () => string } {
  const clock = { now: 0 };
  let text = '';
  const screen = new Screen({ isTTY, columns: 80, write: (more) => (text += more) }, { color: false }, {});
  return { board: new Board(screen, { now: () => clock.now }), clock, text: () => text };
}

test('the sum counts what was moved by this run, not what was there before a resume', () => {
  const { board, clock } = boardOn(false);
  board.expect(2, 3000);
  const [one, two] = [board.start('a', 1000), board.start('b', 2000)];
  one.progress({ octets: 0, total: 1000, rate: 10, dataPath });
  two.progress({ octets: 1500, total: 2000, rate: 10, dataPath });
  one.progress({ octets: 1000, total: 1000, rate: 10, dataPath });
  two.progress({ octets: 2000, total: 2000, rate: 10, dataPath });
  one.finished({ ...moved(1000, 1000), tls: { protocol: 'TLSv1.3', cipher: 'x', resumed: true } });
  two.finished(moved(500, 2000));
  clock.now = 3000;
  assert.equal(board.summary(), '2 files, 1.5 KiB in 3.0 s, 500 B/s, passive EPSV, TLSv1.3');
  board.stop();
});

test('the sum of nothing has no rate', () => {
  const { board, clock } = boardOn(false);
  board.expect(1, 0);
  board.start('empty', 0).finished(moved(0, 0));
  clock.now = 3000;
  assert.equal(board.summary(), '1 file, 0 B in 3.0 s, passive EPSV');
  board.stop();
});

test('without a terminal a line tells where all files together stand', () => {
  const { board, clock, text } = boardOn(false);
  board.expect(2, 4000);
  board.start('a', 2000).finished(moved(2000, 2000));
  board.start('b', 2000).progress({ octets: 1000, total: 2000, rate: 10, dataPath });
  clock.now = 10_000;
  board.tick();
  assert.equal(text(), '1/2 files  75%  2.9 KiB of 3.9 KiB  200 B/s  0:05 left  passive EPSV\n');
  board.stop();
});

test('on a terminal each running file has a line, its name harmless, and the total comes last', () => {
  const { board, text } = boardOn(true);
  board.expect(1, 2000);
  board.start('evil\u001b[2J.txt', 2000).progress({ octets: 500, total: 2000, rate: 250, dataPath });
  board.tick();
  const [file = '', total = ''] = text().split('\n');
  assert.match(file, /^evil\\u\{1b\}\[2J\.txt +\[### {9}\] {2}25% {4}500 B {4}250 B\/s {5}0:06$/);
  assert.match(total, /^0\/1 files {2}25% {2}500 B of 2\.0 KiB/);
  board.stop();
});

test('a skipped file counts as done and not as moved', () => {
  const { board } = boardOn(false);
  board.expect(1, 5);
  board.start('a', 5).finished({ ...moved(0, 5), outcome: 'skipped' });
  assert.match(board.summary(), /^0 files, 0 B in /);
  board.stop();
});
