import type { Client, ConnectionEvent, Endpoint } from '@twinport/ftp/client';
import type { WayObservation } from '@twinport/ftp/firewall';
import { parseEprt, parseHostPort } from '@twinport/ftp/protocol';

const ASKS = /^(?:EPSV|PASV|EPRT|PORT)\b/;

/** Listens to one session of a client: its ends, and how its data connection was agreed on. */
export class SessionTap {
  #client: Endpoint | undefined;
  #server: Endpoint | undefined;
  #command: string | undefined;
  #answer: string[] = [];
  #answering = false;
  #target: Endpoint | undefined;
  #peer: Endpoint | undefined;
  #resumed: boolean | undefined;
  #begun = false;
  readonly #strangers: string[] = [];
  lastReply = '';
  lastCommand = '';
  octets = 0;

  constructor(client: Client) {
    client.on('connection', (event) => this.#note(event));
    client.on('transfer', ({ octets }) => (this.octets = octets));
  }

  get isConnected(): boolean {
    return this.#server !== undefined;
  }

  /** Whether anything has been said by the server. */
  get isGreeted(): boolean {
    return this.lastReply !== '';
  }

  get isAsked(): boolean {
    return this.#command !== undefined;
  }

  /** The answer to PASV, EPSV, PORT or EPRT has come. */
  get isAnswered(): boolean {
    return this.#answer.length > 0 && !this.#answering;
  }

  get isRefused(): boolean {
    return Number(this.#answer.at(-1)?.slice(0, 3)) >= 400;
  }

  /** We listen in active mode, and nobody has come. */
  get isAwaiting(): boolean {
    return /^(?:EPRT|PORT)/.test(this.#command ?? '') && this.#peer === undefined;
  }

  /** The server has said that the transfer begins. */
  get isBegun(): boolean {
    return this.#begun;
  }

  get ends(): { readonly client?: Endpoint; readonly server?: Endpoint } {
    return { ...(this.#client && { client: this.#client }), ...(this.#server && { server: this.#server }) };
  }

  get negotiation(): Pick<WayObservation, 'command' | 'answer' | 'announced' | 'peer' | 'resumed' | 'strangers'> {
    const announced = announcedIn(this.#answer, this.#server) ?? announcedBy(this.#command ?? '') ?? this.#target;
    return {
      ...(this.#command !== undefined && { command: this.#command }),
      answer: this.#answer,
      ...(announced && { announced }),
      ...(this.#peer && { peer: this.#peer }),
      ...(this.#resumed !== undefined && { resumed: this.#resumed }),
      strangers: this.#strangers,
    };
  }

  #note(event: ConnectionEvent): void {
    if (event.kind === 'control' && event.state === 'open') [this.#client, this.#server] = [event.local, event.remote];
    else if (event.kind === 'line') this.#line(event.direction, event.text);
    else if (event.kind === 'data') this.#data(event);
  }

  #line(direction: 'in' | 'out', text: string): void {
    if (direction === 'in') {
      this.lastReply = text;
      this.#begun ||= text.startsWith('1') && this.isAsked;
      if (!this.#answering) return;
      this.#answer.push(text);
      this.#answering = !/^\d{3} /.test(text);
      return;
    }
    this.lastCommand = text;
    if (ASKS.test(text)) {
      this.#command = text;
      this.#answer = [];
      this.#answering = true;
    }
  }

  #data({ state, mode, local, remote, tls }: Extract<ConnectionEvent, { kind: 'data' }>): void {
    if (state === 'offered') this.#target = mode === 'passive' ? remote : local;
    if (state === 'open') [this.#peer, this.#resumed] = [remote, tls?.resumed];
    if (state === 'refused' && remote) this.#strangers.push(remote.host);
  }
}

/** The address in a 227 or the port in a 229, whatever was made of it. */
function announcedIn(answer: readonly string[], server: Endpoint | undefined): Endpoint | undefined {
  const text = answer.join(' ');
  const port = /^229[ -].*\(\|\|\|(\d{1,5})\|\)/.exec(text)?.[1];
  if (port !== undefined && server) return { host: server.host, port: Number(port) };
  return endpointOf(/^227[ -].*?(\d{1,3}(?:,\d{1,3}){5})/.exec(text)?.[1], parseHostPort);
}

/** Where we have said that we listen. */
function announcedBy(command: string): Endpoint | undefined {
  const [verb, argument] = command.split(' ');
  if (verb === 'PORT') return endpointOf(argument, parseHostPort);
  return verb === 'EPRT' ? endpointOf(argument, (text) => parseEprt(text).endpoint) : undefined;
}

function endpointOf(text: string | undefined, parse: (text: string) => Endpoint): Endpoint | undefined {
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch {
    return undefined; // what is wrong with it the client has said
  }
}
