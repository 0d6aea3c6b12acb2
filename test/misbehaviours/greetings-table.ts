import { type Misbehaviour, SHORT } from '../kit/misbehaviour.js';
import { CLOSE, NOTHING, RESET, flood, raw } from '../kit/script.js';

/** From the TCP connection to the greeting. */
export const GREETINGS: readonly Misbehaviour[] = [
  { name: '120 before 220', server: { greeting: ['120 Ready in 1 minute', '220 Ready'] } },
  { name: 'two of 120 before 220', server: { greeting: ['120 In a minute', '120 Soon', '220 Ready'] } },
  { name: 'lines of text before 220', server: { greeting: ['Welcome!', '', '*** 100 users', '220 Ready'] } },
  {
    name: 'a greeting of several lines with an indented look-alike of its end',
    server: { greeting: ['220-Welcome', ' 220 not the end', '   220 nor this', '220 Ready'] },
  },
  {
    name: 'a greeting of several lines with other codes inside',
    server: { greeting: ['220-Welcome', '230 inside', '331-inside', '421 inside', '220 Ready'] },
  },
  { name: 'a greeting with NNN- on each line', server: { greeting: ['220-a', '220-b', '220-', '220 c'] } },
  { name: 'a greeting that is a code alone', server: { greeting: '220' } },
  { name: 'a greeting of several lines that ends with a code alone', server: { greeting: ['220-Welcome', '220'] } },
  { name: 'a greeting that ends with LF alone', server: { greeting: raw('220-Welcome\n220 Ready\n') } },
  { name: 'CR within the greeting', server: { greeting: raw('220 Ready\rsteady\r\r\n') } },
  { name: 'NUL within the greeting', server: { greeting: raw('220 Rea\0dy\0\r\n') } },
  {
    name: 'Telnet commands before and within the greeting',
    server: { greeting: raw(Buffer.from('\u00FF\u00FD\u0001\u00FF\u00FB\u0003220 Rea\u00FF\u00F1dy\r\n', 'latin1')) },
  },
  { name: 'a greeting that is no UTF-8', server: { greeting: raw(Buffer.from('220 Caf\u00E9 \u00FE\r\n', 'latin1')) } },
  { name: 'a greeting that comes octet by octet', server: { greeting: raw(...'220-a\r\n220 b\r\n'.split('')) } },
  {
    name: 'a code that is none before the greeting',
    server: { greeting: ['999 What', '000 Zero', '2xx Hm', '220 Ready'] },
  },
  { name: 'empty lines before and after the greeting', server: { greeting: ['', '', '220 Ready', ''] } },
  { name: 'a greeting of a megabyte in many lines', server: { greeting: [...longGreeting(1_048_576), '220 Ready'] } },
  { name: 'a second greeting in the same segment', server: { greeting: raw('220 Ready\r\n220 Steady\r\n') } },
  {
    name: 'a greeting without its last line',
    server: { greeting: ['220-Welcome', 'and wait'] },
    limits: { replyMs: SHORT },
    fails: { code: 'TIMEOUT', retryable: true },
  },
  {
    name: 'a greeting without its last line, then the end',
    server: { greeting: ['220-Welcome', 'and go', CLOSE] },
    fails: { code: 'CLOSED', retryable: true },
  },
  {
    name: 'a greeting that ends with CR alone',
    server: { greeting: raw('220 Ready\r') },
    limits: { replyMs: SHORT },
    fails: 'TIMEOUT',
  },
  ...['SSH-2.0-OpenSSH_9.2p1 Debian-2', 'HTTP/1.1 400 Bad Request', '+OK POP3 ready', '* OK IMAP4rev1 ready'].map(
    (banner): Misbehaviour => ({
      name: `a server of another protocol: ${banner.slice(0, 6)}`,
      server: { greeting: raw(`${banner}\r\n`) },
      fails: 'PROTOCOL',
    }),
  ),
  { name: 'no greeting', server: { greeting: NOTHING }, limits: { replyMs: SHORT }, fails: 'TIMEOUT' },
  {
    name: 'only 120, and no 220',
    server: { greeting: '120 Ready in 1 minute' },
    limits: { replyMs: SHORT },
    fails: 'TIMEOUT',
  },
  { name: 'the end in place of a greeting', server: { greeting: CLOSE }, fails: { code: 'CLOSED', retryable: true } },
  {
    name: 'a reset in place of a greeting',
    server: { greeting: RESET },
    // Whether the kernel tells of it while connecting or later is chance.
    fails: { code: ['CLOSED', 'CONNECT'], retryable: true },
  },
  {
    name: '421 as a greeting',
    server: { greeting: ['421 Too many connections', CLOSE] },
    fails: { code: 'BUSY', reply: 421, retryable: true },
  },
  {
    name: '421 as a greeting, and no end',
    server: { greeting: '421 Too many connections' },
    fails: { code: 'BUSY', reply: 421 },
  },
  {
    name: '421 of several lines as a greeting, reset behind it',
    server: { greeting: ['421-Too many', '421 connections', RESET] },
    fails: { code: ['BUSY', 'CLOSED', 'CONNECT'], retryable: true },
  },
  {
    name: '530 as a greeting',
    server: { greeting: ['530 Your address is banned', CLOSE] },
    fails: { code: 'CONNECT', reply: 530, retryable: false },
  },
  {
    name: '500 as a greeting',
    server: { greeting: ['500 OOPS: cannot read config file', CLOSE] },
    fails: { code: 'CONNECT', reply: 500, retryable: false },
  },
  {
    name: 'a web server',
    server: { greeting: ['HTTP/1.1 400 Bad Request', 'Connection: close', '', '<h1>400</h1>', CLOSE] },
    fails: { code: ['PROTOCOL', 'CLOSED'] },
  },
  {
    name: 'a TLS server, spoken to in clear text',
    server: { greeting: raw(Buffer.from([21, 3, 3, 0, 2, 2, 40])) },
    limits: { replyMs: SHORT },
    fails: { code: ['PROTOCOL', 'TIMEOUT'] },
  },
  {
    name: 'an endless line',
    server: { greeting: ['220-Welcome', flood('x'.repeat(65_536))] },
    fails: { code: ['PROTOCOL', 'LIMIT'] },
  },
  {
    name: 'an endless reply of short lines',
    server: { greeting: ['220-Welcome', flood('and more\r\n'.repeat(6_000))] },
    fails: { code: ['PROTOCOL', 'LIMIT'] },
  },
  {
    name: 'endless empty lines',
    server: { greeting: flood('\r\n'.repeat(32_768)) },
    limits: { replyMs: SHORT },
    fails: { code: ['PROTOCOL', 'LIMIT', 'TIMEOUT'] },
  },
  {
    name: 'endless 120',
    server: { greeting: flood('120 Wait\r\n'.repeat(60)) },
    limits: { replyMs: SHORT },
    fails: { code: ['PROTOCOL', 'LIMIT', 'TIMEOUT'] },
  },
  {
    name: 'a refused port',
    server: {},
    client: { port: 1 },
    fails: 'CONNECT',
  },
];

function longGreeting(octets: number): readonly string[] {
  const line = `220-${'Welcome. '.repeat(100)}`;
  return Array.from({ length: Math.floor(octets / line.length) }, () => line);
}
