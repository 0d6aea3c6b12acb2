import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversation } from './conversation.js';
import { bytesOf, join } from './packet-writer.test.js';

const SERVER_HELLO = join(
  [22, 3, 3, 0, 50, 2, 0, 0, 46, 3, 3],
  new Uint8Array(32),
  [0, 0x13, 1, 0, 0, 6, 0, 43, 0, 2, 3, 4],
);

function clientHello(name: string): Uint8Array {
  const host = bytesOf(name);
  const sni = join([0, 0, 0, host.length + 5, 0, host.length + 3, 0, 0, host.length], host);
  const body = join([3, 3], new Uint8Array(32), [0, 0, 2, 0x13, 1, 1, 0, 0, sni.length], sni);
  return join([22, 3, 1, 0, body.length + 4, 1, 0, 0, body.length], body);
}

/** What each side says, in order; `cut`: octets in a segment. */
function converse(
  said: readonly (readonly ['client' | 'server', Uint8Array])[],
  { cut = 1_000, begins = true }: { readonly cut?: number; readonly begins?: boolean } = {},
): Conversation {
  const conversation = new Conversation({ maxHeldBytes: 1_000 });
  if (begins) {
    conversation.begin('server', 99);
    conversation.begin('client', 899);
  }
  const next = { server: 100, client: 900 };
  for (const [towards, bytes] of said)
    for (let at = 0; at < bytes.length; at += cut) {
      const payload = bytes.subarray(at, at + cut);
      conversation.push({ at, towards, seq: next[towards], ack: undefined, payload, payloadLength: payload.length });
      next[towards] += payload.length;
    }
  return conversation;
}

const TLS: Parameters<typeof converse>[0] = [
  ['client', bytesOf('220-Hello\r\n220 there\r\n')],
  ['server', bytesOf('AUTH TLS\r\n')],
  ['client', bytesOf('234 ok\r\n')],
  ['server', clientHello('ftp.example')],
  ['client', SERVER_HELLO],
  ['client', join([23, 3, 3, 0, 4], bytesOf('\r\nab'))],
  ['server', join([23, 3, 3, 0, 2], bytesOf('x\n'))],
  ['server', bytesOf('CCC is over\r\n')],
];

test('lines, and what can be seen of TLS, at every size of segments', () => {
  for (let cut = 1; cut < 120; cut += 1) {
    const conversation = converse(TLS, { cut });
    assert.deepEqual(
      conversation.lines.map(({ text }) => text),
      ['220-Hello', '220 there', 'AUTH TLS', '234 ok', 'CCC is over'],
      `segments of ${cut}`,
    );
    assert.deepEqual(
      [conversation.encrypted, conversation.tls],
      [true, { version: 'TLSv1.3', serverName: 'ftp.example' }],
    );
  }
});

test('passwords are not shown, whatever they look like', () => {
  const { lines } = converse([
    ['server', bytesOf('PASS secret\r\npass secret\r\n  PASS secret\r\nPASS\tsecret\r\nACCT \xff\0secret\r\n')],
  ]);
  assert.equal(lines.length, 5);
  for (const { text } of lines) assert.doesNotMatch(text, /secret/);
});

function textsTowardsServer(conversation: Conversation): readonly string[] {
  return conversation.allLines(0).flatMap(({ towards, text }) => (towards === 'server' ? [text] : []));
}

test('what may be the rest of a password is not shown, wherever the capture begins', () => {
  const line = 'PASS my secret\r\n';
  for (let start = 1; start < line.length; start += 1) {
    const conversation = converse(
      [
        ['server', bytesOf(`${line.slice(start)}EPSV\r\n`)],
        ['client', bytesOf('230 in\r\n')],
      ],
      { begins: false },
    );
    assert.deepEqual(textsTowardsServer(conversation), ['***', 'EPSV'], line.slice(start));
    const unfinished = converse([['server', bytesOf(line.slice(start, -2))]], { begins: false });
    assert.deepEqual(textsTowardsServer(unfinished), start < line.length - 2 ? ['***'] : []);
  }
});

function begunWithList(reply: string): Conversation {
  return converse(
    [
      ['server', bytesOf('LIST secret\r\nNOOP\r\n')],
      ['client', bytesOf(reply)],
    ],
    { begins: false },
  );
}

test('a capture that begins with a command shows it, unless the reply tells that it was a password', () => {
  assert.deepEqual(textsTowardsServer(begunWithList('150 here\r\n230 in\r\n')), ['LIST secret', 'NOOP']);
  assert.deepEqual(textsTowardsServer(begunWithList('230-in\r\n')), ['***', 'NOOP']);
  assert.deepEqual(textsTowardsServer(begunWithList('of it\r\n530 no\r\n')), ['***', 'NOOP']);
});

test('what comes after a gap is not shown, and a password before it is not either', () => {
  for (const [before, after, shown] of [
    ['PA', 'secret\r\n', 'PA…'],
    ['PASS sec', 'ret\r\n', 'PASS ***…'],
    ['NOOP\r\n', 'secret\r\n', '***'],
    ['NOOP\r\n', 'EPSV\r\n', 'EPSV…'],
  ] as const) {
    const conversation = converse([['server', bytesOf(before)]]);
    const payload = bytesOf(after);
    conversation.push({ at: 9, towards: 'server', seq: 130, ack: undefined, payload, payloadLength: payload.length });
    conversation.push({ at: 9, towards: 'client', seq: 900, ack: 130, payload: bytesOf(''), payloadLength: 0 });
    assert.equal(textsTowardsServer(conversation).at(-1), shown);
  }
});

test('control characters and Telnet are not shown', () => {
  const { lines } = converse([['server', join([0xff, 0xf4, 0xff, 0xf2], bytesOf('ABOR\r\nRETR \x1b[2J\r\n'))]]);
  assert.deepEqual(
    lines.map(({ text }) => text),
    ['ABOR', 'RETR \\x1b[2J'],
  );
});

test('a line that is sent again counts, and one whose end never came is shown', () => {
  const conversation = converse([['server', bytesOf('NOOP\r\nPORT 1,2')]]);
  const again = {
    at: 9,
    towards: 'server',
    seq: 100,
    ack: undefined,
    payload: bytesOf('NOOP\r\n'),
    payloadLength: 6,
  } as const;
  conversation.push(again);
  conversation.push(again);
  const lines = conversation.allLines(10);
  assert.deepEqual(
    lines.map(({ text, times }) => ({ text, times })),
    [
      { text: 'NOOP', times: 3 },
      { text: 'PORT 1,2…', times: 1 },
    ],
  );
  assert.equal(lines[0] && conversation.isAcknowledged(lines[0]), false);
  conversation.push({ at: 11, towards: 'client', seq: 900, ack: 106, payload: bytesOf(''), payloadLength: 0 });
  assert.equal(lines[0] && conversation.isAcknowledged(lines[0]), true);
});

test('a line without end takes no more memory than the longest line', () => {
  const conversation = converse([
    ['server', bytesOf('x'.repeat(100_000))],
    ['server', bytesOf('\r\nNOOP\r\n')],
  ]);
  assert.deepEqual(
    conversation.lines.map(({ text }) => text.length),
    [4_097, 4],
  );
});
