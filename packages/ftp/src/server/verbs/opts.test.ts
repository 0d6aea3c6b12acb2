import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyntaxFault } from '../../protocol/index.js';
import { parseOption } from './opts.js';

const options: [string, string, string][] = [
  ['UTF8 ON', 'UTF8', 'ON'],
  ['utf8 on', 'UTF8', 'on'],
  ['UTF8', 'UTF8', ''],
  ['MLST ', 'MLST', ''],
  ['MLST type;size;', 'MLST', 'type;size;'],
  ['MODE Z LEVEL 6', 'MODE', 'Z LEVEL 6'],
  ['MODE  Z LEVEL 6 ', 'MODE', 'Z LEVEL 6'],
];

for (const [text, name, value] of options) {
  test(`OPTS ${text} is ${JSON.stringify(value)} for ${name}`, () =>
    assert.deepEqual(parseOption(text), { name, value }));
}

test('an option of no command is refused', () => {
  for (const text of ['', '  ']) assert.throws(() => parseOption(text), SyntaxFault);
});
