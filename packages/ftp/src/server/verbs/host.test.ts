import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyntaxFault } from '../../protocol/index.js';
import { parseVirtualHost } from './host.js';

const hosts: [string, string][] = [
  ['ftp.example.org', 'ftp.example.org'],
  ['FTP.Example.ORG', 'ftp.example.org'],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ['localhost', 'localhost'],
  ['192.0.2.1', '192.0.2.1'],
  ['[2001:DB8::1]', '[2001:db8::1]'],
  [`${'a'.repeat(63)}.b`, `${'a'.repeat(63)}.b`],
];

for (const [text, host] of hosts) {
  test(`HOST ${text} names ${host}`, () => assert.equal(parseVirtualHost(text), host));
}

test('what is no host is refused', () => {
  const malformed = [
    '',
    ' ',
    'a b',
    'a_b',
    '-a',
    'a-',
    'a..b',
    '.a',
    'a.',
    '2001:db8::1',
    '[2001:db8::1',
    '[192.0.2.1]',
    '[]',
  ];
  const others = ['[fe80::1%eth0]', 'a:21', `${'a'.repeat(64)}.b`, 'a.'.repeat(130) + 'a', 'bücher.example', 'a\nb'];
  for (const text of [...malformed, ...others]) assert.throws(() => parseVirtualHost(text), SyntaxFault, text);
});
