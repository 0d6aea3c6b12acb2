import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Screen } from './screen.js';

function terminal(columns: number): { isTTY: boolean; columns: number; text: string; write(text: string): void } {
  return {
    isTTY: true,
    columns,
    text: '',
    write(text) {
      this.text += text;
    },
  };
}

test('a block is drawn over the one before it, and messages come above it', () => {
  const stream = terminal(80);
  const screen = new Screen(stream, {}, {});
  screen.draw(['one', 'two']);
  screen.draw(['three']);
  screen.say('hello');
  screen.draw(['four']);
  screen.clear();
  assert.equal(stream.text, 'one\ntwo\n\u001b[2A\r\u001b[Jthree\n\u001b[1A\r\u001b[Jhello\nfour\n\u001b[1A\r\u001b[J');
});

test('after the terminal was made narrower the wrapped rows are cleared as well', () => {
  const stream = terminal(80);
  const screen = new Screen(stream, {}, {});
  screen.draw(['x'.repeat(79)]);
  stream.columns = 40;
  stream.text = '';
  screen.clear();
  assert.equal(stream.text, '\u001b[2A\r\u001b[J');
});

test('what a name does to a terminal is shown, not done', () => {
  const stream = terminal(80);
  new Screen(stream, {}, {}).say('left out: evil\u001b[2J');
  assert.equal(stream.text, 'left out: evil\\u{1b}[2J\n');
});

test('--quiet says nothing but what was asked for', () => {
  const stream = terminal(80);
  const screen = new Screen(stream, { quiet: true }, {});
  screen.say('progress');
  screen.insist('twinport: an error');
  assert.equal(stream.text, 'twinport: an error\n');
});
