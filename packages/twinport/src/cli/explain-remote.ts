import { TraceBuilder } from '@twinport/ftp/firewall';
import type { CommandRun } from './command-run.js';
import { type DrawingFlags, deliver } from './drawing-output.js';

/** One listing, for real; what happened is drawn whether it worked or not. */
export async function explainRemote(run: CommandRun, text: string, flags: DrawingFlags): Promise<void> {
  const trace = new TraceBuilder();
  const { client, path } = await run.open(text);
  client.on('connection', (event) => trace.addEvent({ side: 'client', session: String(event.connection) }, event));
  try {
    await client.list(path, { signal: run.signal }).toArray();
  } finally {
    const timelines = trace.sessions().flatMap(({ id }) => trace.timelines(id));
    if (timelines.length > 0) await deliver(run, timelines, flags);
  }
}
