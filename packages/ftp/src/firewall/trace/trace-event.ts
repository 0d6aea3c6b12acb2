import type { Endpoint } from '../../protocol/index.js';

/** Whose events they are, and which of its sessions they belong to. */
export interface EventSource {
  readonly side: 'client' | 'server';
  /** Any text that no other session of this side has at the same time. */
  readonly session: string;
}

/** What `connection` events of our own client and server look like. */
export type TraceEvent =
  | {
      readonly kind: 'control';
      readonly at: number;
      readonly state: 'open' | 'secured' | 'cleared' | 'closed';
      readonly local: Endpoint;
      readonly remote: Endpoint;
      readonly tls?: { readonly protocol: string } | undefined;
      readonly reason?: string | undefined;
    }
  | { readonly kind: 'line'; readonly at: number; readonly direction: 'in' | 'out'; readonly text: string }
  | {
      readonly kind: 'data';
      readonly at: number;
      readonly state: 'offered' | 'opening' | 'open' | 'done' | 'failed' | 'refused' | 'note';
      readonly mode: 'active' | 'passive';
      readonly role: 'listen' | 'dial';
      readonly local?: Endpoint | undefined;
      readonly remote?: Endpoint | undefined;
      readonly reason?: string | undefined;
      /** Of `failed`: the code of its ConnectionFault. */
      readonly code?: string | undefined;
    };
