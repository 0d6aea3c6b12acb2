import type { Step, Timeline } from '../rules/index.js';
import { anyText, endpointIn } from './exchanges.js';
import type { JoinedSession } from './joined-session.js';
import { Ladder } from './ladder.js';
import { type Negotiation, namingLine } from './negotiation.js';
import { describePlaces } from './place-names.js';
import { placesOf } from './path-places.js';
import { drawData } from './draw-data.js';
import { type Verdict, isEstablished } from './verdict.js';

/** A timeline that has no conclusion yet, and the step that the verdict is about. */
export interface Drawn {
  readonly timeline: Omit<Timeline, 'conclusion'>;
  readonly failed: Step | undefined;
}

/** The steps of one negotiation, from the opening of the command connection to the end of the transfer. */
export function draw(session: JoinedSession, negotiation: Negotiation, verdict: Verdict): Drawn {
  const places = placesOf(session.path);
  const ladder = new Ladder(session, places);
  drawControl(ladder, session);
  drawLines(ladder, negotiation);
  drawData(ladder, session, negotiation, verdict);
  const steps = ladder.steps();
  const { verb, mode } = negotiation;
  const tls = isEncrypted(session, negotiation);
  const readable = negotiation.command ?? negotiation.answer;
  return {
    timeline: {
      title:
        verdict.failed === 'control'
          ? 'the command connection'
          : `${mode} mode, ${readable ? verb : 'the command cannot be read'}${tls ? ', inside TLS' : ''}`,
      mode,
      command: verb,
      tls,
      places: describePlaces(places, session, steps),
      steps,
    },
    failed: failedStep(steps, verdict, mode),
  };
}

/** Whether what names the port could not be read on the way. */
export function isEncrypted({ encrypted }: JoinedSession, negotiation: Negotiation): boolean {
  const line = namingLine(negotiation);
  return encrypted && (line === undefined || [...line.seen.keys()].every(({ program }) => program));
}

function drawControl(ladder: Ladder, session: JoinedSession): void {
  const { controls, tls, lines } = session;
  const [first] = controls;
  const opened = new Map(controls.filter(({ syns }) => syns > 0).map((flow) => [flow.point, flow]));
  const ports = `from port ${first?.initiator.port} of the client to port ${first?.responder.port} of the server`;
  const answered = controls.some(isEstablished);
  const lostAnswer = !answered && controls.some(({ answeredAt }) => answeredAt !== undefined);
  const opening = `the command connection: ${ports}`;
  ladder.open('server', { connection: 'control', seen: opened, words: opening, answered, lostAnswer });
  const auth = lines.find((line) => line.towards === 'server' && /^AUTH /i.test(anyText(line)));
  const known = [tls.version, tls.serverName === undefined ? undefined : `for ${tls.serverName}`]
    .filter((each) => each !== undefined)
    .join(' ');
  const words = `from here on no firewall can read the commands${known === '' ? '' : ` (${known})`}`;
  if (auth) ladder.line(auth, 'command', words);
  else if (session.encrypted) ladder.tls('TLS', words);
}

function drawLines(ladder: Ladder, negotiation: Negotiation): void {
  const { command, answer, transfer, mode } = negotiation;
  const line = namingLine(negotiation);
  const port = line && endpointIn(anyText(line), '')?.port;
  const listens = (who: string): string => `the ${who} listens on port ${port ?? '?'}: connect there`;
  if (command)
    ladder.line(command, 'command', mode === 'active' ? listens('client') : 'the client asks where to connect to');
  if (answer) ladder.line(answer.line, 'reply', answerWords(negotiation, listens('server')));
  if (transfer?.command)
    ladder.line(transfer.command, 'command', TRANSFER_WORDS.get(transfer.verb) ?? 'the client asks for a listing');
  for (const { code, line: text } of transfer?.replies ?? []) ladder.line(text, 'reply', replyWords(code));
}

function answerWords({ answer, mode }: Negotiation, offered: string): string {
  if ((answer?.code ?? 0) >= 400)
    return mode === 'active' ? 'the server will not connect there' : 'the server will not listen';
  return mode === 'active' ? 'the server will connect there' : offered;
}

const TRANSFER_WORDS: ReadonlyMap<string, string> = new Map([
  ['RETR', 'the client asks for a file'],
  ['STOR', 'the client will send a file'],
  ['STOU', 'the client will send a file'],
  ['APPE', 'the client will send the rest of a file'],
]);

function replyWords(code: number): string {
  if (code < 200) return 'the data connection is used now';
  if (code < 300) return 'all of it was sent';
  if (code === 425) return 'there is no data connection';
  if (code === 426) return 'the data connection broke off';
  return 'the server could not do it';
}

const FAILED: Readonly<Record<NonNullable<Verdict['failed']>, (step: Step, mode: Negotiation['mode']) => boolean>> = {
  control: ({ number }) => number === 1,
  command: ({ kind }) => kind === 'command',
  naming: ({ kind, arrived, hops }, mode) =>
    kind === (mode === 'active' ? 'command' : 'reply') && !arrived && hops.length > 0,
  open: ({ connection, kind }) => connection === 'data' && kind === 'open',
  answer: ({ kind, text }) => kind === 'reply' && /^[45]/.test(text),
  content: ({ kind }) => kind === 'content',
  end: ({ kind, connection }) => kind === 'reply' || connection === 'data',
};

function failedStep(steps: readonly Step[], { failed }: Verdict, mode: Negotiation['mode']): Step | undefined {
  return failed && steps.findLast((step) => FAILED[failed](step, mode));
}
