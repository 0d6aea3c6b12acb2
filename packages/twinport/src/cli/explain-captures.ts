import { createReadStream } from 'node:fs';
import {
  CaptureFault,
  type Place,
  type SessionSummary,
  SourceReader,
  TraceBuilder,
  type Vantage,
} from '@twinport/ftp/firewall';
import { UsageFault } from '../daemon/usage-fault.js';
import type { CommandRun } from './command-run.js';
import { type DrawingFlags, deliver } from './drawing-output.js';
import { sessionTable, transcriptText } from './session-text.js';

export interface CaptureFlags extends DrawingFlags {
  readonly session?: number;
}

/** Names of places that are known to be where they say; other names are placed by what was captured there. */
const ROLES: ReadonlyMap<string, Place['role']> = new Map([
  ['client', 'client'],
  ['client-firewall', 'client-device'],
  ['client-nat', 'client-device'],
  ['server-firewall', 'server-device'],
  ['server-nat', 'server-device'],
  ['server', 'server'],
]);

/** `FILE`, or `PLACE=FILE`. */
export function sourceOf(text: string): { readonly vantage: Vantage; readonly file: string } {
  const [, name, file] = /^([\w-]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || file === undefined) return { vantage: { name: text }, file: text };
  return { vantage: { name, role: ROLES.get(name) }, file };
}

/** Captures and events of one place or of several, joined. */
export async function explainCaptures(
  run: CommandRun,
  sources: readonly string[],
  flags: CaptureFlags,
): Promise<object> {
  const trace = new TraceBuilder();
  for (const text of sources) {
    const { vantage, file } = sourceOf(text);
    await readSource(run, trace, vantage, file);
  }
  for (const note of trace.notes()) run.screen.say(`twinport: ${note}`);
  const sessions = trace.sessions();
  if (sessions.length === 0) throw new UsageFault(`no FTP session in ${sources.join(', ')}`);
  const chosen = chosenOf(sessions, flags.session);
  if (chosen) await present(run, trace, chosen, flags);
  else await list(run, sessions);
  return { sessions: chosen ? [chosen] : sessions };
}

async function readSource(run: CommandRun, trace: TraceBuilder, vantage: Vantage, file: string): Promise<void> {
  const reader = new SourceReader(trace, vantage);
  try {
    for await (const chunk of createReadStream(file, { signal: run.signal }) as AsyncIterable<Uint8Array>)
      reader.push(chunk);
    const flaw = reader.end();
    if (flaw !== undefined) run.screen.say(`twinport: ${file}: ${flaw}`);
  } catch (error) {
    if (error instanceof CaptureFault) throw new UsageFault(`${file}: ${error.message}`);
    throw error;
  }
}

function chosenOf(sessions: readonly SessionSummary[], wanted: number | undefined): SessionSummary | undefined {
  if (wanted === undefined) return sessions.length === 1 ? sessions[0] : undefined;
  const chosen = sessions.find(({ id }) => id === wanted);
  if (!chosen) throw new UsageFault(`there is no session ${wanted}: without --session they are listed`);
  return chosen;
}

async function list(run: CommandRun, sessions: readonly SessionSummary[]): Promise<void> {
  if (run.out.format === 'text') await run.out.write(sessionTable(sessions));
  for (const session of sessions) await run.out.event({ event: 'session', ...session });
  run.screen.say(`${sessions.length} sessions: --session N draws one`);
}

async function present(
  run: CommandRun,
  trace: TraceBuilder,
  { id, notes }: SessionSummary,
  flags: DrawingFlags,
): Promise<void> {
  for (const note of notes) run.screen.say(`twinport: ${note}`);
  const timelines = trace.timelines(id);
  if (timelines.length > 0) return deliver(run, timelines, flags);
  run.screen.say('twinport: this session asks for no data connection; what was said:');
  if (run.out.format === 'text') await run.out.write(transcriptText(trace.transcript(id)));
}
