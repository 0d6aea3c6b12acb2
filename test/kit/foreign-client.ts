/** What a foreign client is asked to do. Remote paths are absolute, local ones too. */
export type Step =
  | { readonly do: 'list' | 'facts'; readonly folder: string; readonly into: string }
  | { readonly do: 'get' | 'put'; readonly remote: string; readonly local: string; readonly resume?: boolean }
  | { readonly do: 'rename'; readonly from: string; readonly to: string }
  | { readonly do: 'remove' | 'makeFolder' | 'removeFolder'; readonly path: string };

/** Where and how a foreign client is to connect. */
export interface Target {
  readonly host: '127.0.0.1' | '::1';
  readonly port: number;
  readonly mode: 'active' | 'passive';
  readonly security: 'clear' | 'explicit' | 'implicit';
  /** The file with the server's certificate, which the client must check. */
  readonly ca: string;
  /** The only TLS version the client may use. Default: what it likes. */
  readonly tlsVersion?: '1.2' | '1.3';
}

/** A program that somebody else wrote, driven through a session of the steps in order. */
export interface ForeignClient {
  readonly name: string;
  readonly program: string;
  /** Rejects when a step fails. `list` and `facts` write what LIST and MLSD gave to a file. */
  run(target: Target, steps: readonly Step[]): Promise<void>;
  /** Why this client cannot do what the target asks for, whatever the server. */
  excluded(target: Omit<Target, 'port' | 'ca'>): string | false;
}

export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
