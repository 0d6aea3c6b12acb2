import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyntaxFault } from '../../protocol/index.js';
import { clientName } from './clnt.js';
import { parseClientFacts } from './csid.js';

test('the facts of a client are read by name, in any case', () => {
  const facts = parseClientFacts('Name=A client; Version=1.0=beta; OS=;');
  assert.deepEqual(
    [...facts],
    [
      ['name', 'A client'],
      ['version', '1.0=beta'],
      ['os', ''],
    ],
  );
});

test('facts without a name are refused', () => {
  for (const text of ['', ';', 'client', 'Version=1;', '=x', 'Name', 'Name=a;=x'])
    assert.throws(() => parseClientFacts(text), SyntaxFault, text);
});

test('the name of a client is short and fit for a log', () => {
  assert.equal(clientName(' A\u001b[31m client '), String.raw`A\x1b[31m client`);
  assert.equal(clientName('x'.repeat(9_000)).length, 200);
});
