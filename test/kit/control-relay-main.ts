// A relay of control connections that changes some lines: port to listen on, host of the server, and the change. It ends when stdin does.
import net, { type Socket } from 'node:net';
import type { RelayChange } from './control-relay.js';

/** What becomes of a line, without its CR LF: the pieces that are written, each by itself. */
interface Change {
  readonly command?: (line: string) => readonly string[];
  readonly reply?: (line: string) => readonly string[];
  readonly cuts?: (line: string) => boolean;
}

const CHANGES: Readonly<Record<RelayChange, Change>> = {
  'splits 227': {
    reply: (line) => (line.startsWith('227') ? [line.slice(0, 35), `${line.slice(35)}\r\n`] : [`${line}\r\n`]),
  },
  'makes 227 many lines': {
    reply: (line) => [line.startsWith('227') ? `227-Entering Passive Mode\r\n${line}\r\n` : `${line}\r\n`],
  },
  'mangles PORT': { command: (line) => [`${mangled(line)}\r\n`] },
  'cuts AUTH': { cuts: (line) => line.startsWith('AUTH') },
  'names port 0': {
    reply: (line) => [`${line.replace(/^(227 .*,)\d+,\d+\)/, '$10,0)').replace(/^(229 .*\|\|\|)\d+/, '$10')}\r\n`],
  },
  'is Windows': { reply: (line) => [`${line.startsWith('215') ? '215 Windows_NT' : line}\r\n`] },
  'knows no EPSV': {
    command: (line) => [`${line.replace(/^EPSV/, 'XXXX')}\r\n`],
  },
};

/** The relay's own address, and a port beside the right one. */
function mangled(line: string): string {
  const own = net.isIPv4(address) ? address : '';
  return line
    .replace(/^PORT .*,(\d+),(\d+)$/, (_, high, low) => `PORT ${own.replaceAll('.', ',')},${high},${Number(low) ^ 1}`)
    .replace(/^EPRT \|1\|[^|]*\|(\d+)\|$/, (_, port) => `EPRT |1|${own}|${Number(port) ^ 1}|`);
}

const [port = '', server = '', name = ''] = process.argv.slice(2);
const change = CHANGES[name as RelayChange];
let address = '';

function relay(
  from: Socket,
  to: Socket,
  alter: Change['command'],
  isRaw: () => boolean,
  seen: (line: string) => void,
): void {
  let rest = '';
  from.setEncoding('latin1');
  from.on('data', (text: string) => {
    if (isRaw()) return void to.write(text, 'latin1');
    const lines = (rest + text).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      seen(line);
      for (const piece of alter?.(line) ?? [`${line}\r\n`]) to.write(piece, 'latin1');
    }
  });
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
}

const listener = net.createServer((client) => {
  const upstream = net.connect({ host: server, port: 21 }, () => (address = upstream.localAddress ?? ''));
  for (const socket of [client, upstream]) socket.setNoDelay(true);
  let raw = false;
  relay(
    client,
    upstream,
    change.command,
    () => raw,
    (line) => {
      if (!change.cuts?.(line)) return;
      client.resetAndDestroy();
      upstream.destroy();
    },
  );
  relay(
    upstream,
    client,
    change.reply,
    () => raw,
    (line) => {
      if (line.startsWith('234')) raw = true;
    },
  );
});
listener.listen(Number(port), () => process.stdout.write('listening\n'));
process.stdin.resume().on('end', () => process.exit());
