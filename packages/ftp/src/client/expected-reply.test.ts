import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reply } from '../protocol/index.js';
import { canAnswer } from './expected-reply.js';

test('a success of another kind is no answer, a refusal always can be', () => {
  const table: [verb: string, code: number, can: boolean][] = [
    ['SIZE', 213, true],
    ['SIZE', 200, false],
    ['SIZE', 226, false],
    ['SIZE', 550, true],
    ['SIZE', 421, true],
    ['PASV', 227, true],
    ['PASV', 229, false],
    ['EPSV', 227, false],
    ['RETR', 150, true],
    ['RETR', 125, true],
    ['RETR', 226, true],
    ['RETR', 250, true],
    ['RETR', 200, false],
    ['RETR', 425, true],
    ['DELE', 250, true],
    ['DELE', 200, true],
    ['DELE', 226, false],
    ['PWD', 257, true],
    ['PWD', 200, false],
    ['USER', 331, true],
    ['USER', 230, true],
    ['USER', 220, false],
    ['PASS', 332, true],
    ['PASS', 350, false],
    ['RNFR', 350, true],
    ['RNFR', 250, false],
    ['NOOP', 200, true],
    ['NOOP', 226, false],
    ['SITE', 214, true],
  ];
  for (const [verb, code, can] of table) assert.equal(canAnswer(verb, reply(code, 'text')), can, `${verb} ${code}`);
});
