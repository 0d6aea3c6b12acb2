import type { PortPlan, Timeline } from '../rules/index.js';
import type { CapturedPacket } from './captured-packet.js';
import type { SessionSummary, TraceLine } from './session-summary.js';
import type { EventSource, TraceEvent } from './trace-event.js';
import type { TraceLimits } from './trace-limits.js';
import type { Vantage } from './vantage.js';

export interface TraceOptions {
  readonly limits?: Partial<TraceLimits>;
  /** What is known of the server's ports, for the advice; default: what can be seen. */
  readonly plan?: Partial<PortPlan>;
}

/** Finds FTP sessions in packets and events from any number of places, and makes timelines of them. */
export class TraceBuilder {
  constructor(_options: TraceOptions = {}) {}

  add(_vantage: Vantage, _packet: CapturedPacket): void {}

  addEvent(_source: EventSource, _event: TraceEvent): void {}

  sessions(): readonly SessionSummary[] {
    return [];
  }

  /** One for each negotiation of a data connection of the session, in order. Inside TLS: one for each data connection seen. */
  timelines(_session: number): readonly Timeline[] {
    return [];
  }

  /** The commands and replies that could be read. */
  transcript(_session: number): readonly TraceLine[] {
    return [];
  }

  /** What was left out, and why: unknown link types, limits reached. */
  notes(): readonly string[] {
    return [];
  }
}
