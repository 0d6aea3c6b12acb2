import { readFileSync } from 'node:fs';
import type { Client, ClientEvents, ConnectionEvent, DataEvent } from '@twinport/ftp/client';

type Told = ClientEvents['connection'][0];

/** What a client tells of its connections, from the first on. */
export class Watch {
  readonly events: Told[] = [];
  readonly warnings: ClientEvents['warning'][0][] = [];

  constructor(client: Client) {
    client.on('connection', (event) => this.events.push(event));
    client.on('warning', (event) => this.warnings.push(event));
  }

  /** Data connections that were opened, in order. */
  get opened(): readonly DataEvent[] {
    return this.events.flatMap((event) => (event.kind === 'data' && event.state === 'open' ? [event] : []));
  }

  /** Lines sent. */
  get commands(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'line' && event.direction === 'out' ? [event.text] : []));
  }

  controls(state: 'open' | 'secured' | 'closed'): readonly Extract<ConnectionEvent, { kind: 'control' }>[] {
    return this.events.flatMap((event) => (event.kind === 'control' && event.state === state ? [event] : []));
  }

  /** Why control connections have closed, what was warned of, and the last lines before that. */
  get why(): string {
    const closed = this.events.findLastIndex((event) => event.kind === 'control' && event.state === 'closed');
    const lines = this.events
      .slice(0, closed + 1)
      .flatMap((event) => (event.kind === 'line' ? [`${event.direction} ${event.text}`] : []));
    const reasons = this.controls('closed').map(({ reason }) => reason);
    return [...reasons, ...this.warnings.map(({ message }) => message), ...lines.slice(-12)].join('\n');
  }

  /** Control connections of this client that the kernel knows of at the server's end, which may be those of a server in this process. */
  heldByServer(): number {
    const ports = new Set(this.controls('open').map(({ local }) => local.port));
    const [server] = this.controls('open').map(({ remote }) => remote.port);
    const established = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^ *\d+: \w+:(\w{4}) \w+:(\w{4}) 01 /gm)].map(
        ([, local = '', remote = '']) => ({
          local: Number.parseInt(local, 16),
          remote: Number.parseInt(remote, 16),
        }),
      ),
    );
    return established.filter(({ local, remote }) => local === server && ports.has(remote)).length;
  }
}
