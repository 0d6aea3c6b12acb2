import { type Reply, formatRepresentation, formatUnixLine, reply } from '../../protocol/index.js';
import { optional } from '../arguments.js';
import { entriesOf, findTarget } from '../listing.js';
import type { Session } from '../session.js';
import { octetsToSend } from '../transfer-plan.js';
import type { Verb } from '../verb.js';

/** A reply is one piece of memory: longer directories are for LIST. */
const MAX_LINES = 1_000;

export const stat: Verb<string | undefined> = {
  verb: 'STAT',
  rfc: 'RFC 959 §4.1.3',
  argument: optional('<path>'),
  needs: ['login'],
  help: 'the state of the session, the progress of a transfer, or a listing on the control connection',
  duringTransfer: true,
  run: (session, path) => (path === undefined ? statusOf(session) : listingOf(session, path)),
};

function statusOf(session: Session): Reply {
  const { control, transfer, representation, structure, mode, data } = session;
  const progress =
    transfer &&
    `${transfer.plan.verb} ${transfer.plan.path}: ${transfer.octets}${expected(session)} bytes in ${Date.now() - transfer.started} ms`;
  return reply(
    211,
    'Status of the session',
    `Connected from ${control.remote.host} port ${control.remote.port}, ${control.tls ? `${control.tls.protocol} ${control.tls.cipher}` : 'in clear'}`,
    `Logged in as ${session.account.name}, working directory ${session.directory}`,
    `Type ${formatRepresentation(representation)}, structure ${structure}, mode ${mode}`,
    `Data connections ${session.protection === 'private' ? 'in TLS' : 'in clear'}${data ? `, ${data.mode}, ${data.state}` : ''}`,
    ...(progress === undefined ? [] : [progress]),
    'End of status',
  );
}

function expected({ transfer }: Session): string {
  return transfer?.plan.kind === 'send' ? ` of ${octetsToSend(transfer.plan)}` : '';
}

async function listingOf(session: Session, argument: string): Promise<Reply> {
  const target = await findTarget(session, argument, { itself: false });
  const now = new Date();
  const lines: string[] = [];
  for await (const entries of entriesOf(session, target)) {
    for (const entry of entries.slice(0, MAX_LINES + 1 - lines.length)) lines.push(formatUnixLine(entry, now));
    if (lines.length > MAX_LINES) break;
  }
  if (lines.length > MAX_LINES) lines[MAX_LINES] = 'There is more: use LIST';
  return reply(target.kind === 'directory' ? 212 : 213, `Status of ${target.path}`, ...lines, 'End of status');
}
