import {
  type Command,
  type Reply,
  SyntaxFault,
  isCompletion,
  maskText,
  parseCommand,
  reply,
} from '../protocol/index.js';
import { isChange } from './accounts/permissions.js';
import { refusalOf } from './policies/refusal.js';
import { INTERNAL_ERROR, replyOf } from './replies.js';
import type { Session } from './session.js';
import { type Outcome, type Verb, permissionsNeeded } from './verb.js';
import { findVerb } from './verbs/index.js';

/** Verbs of protocols that a browser or mail client can be tricked into speaking to us (the ALPACA attack): the connection is ended. */
const FOREIGN = new Set(
  'GET HEAD POST PUT PATCH OPTIONS TRACE CONNECT EHLO HELO STARTTLS MAIL RCPT DATA CAPABILITY CAPA LOGIN'.split(' '),
);

/** One command line through the policies and its verb. Never throws; what nobody foresaw is a warning and 451. */
export async function execute(session: Session, line: Uint8Array): Promise<Outcome> {
  const command = commandOf(line);
  if (!command) return reply(500, 'Syntax error: that is not a command');
  const verb = findVerb(command.verb);
  if (verb?.verb !== 'RNTO') session.renameFrom = undefined;
  if (!verb) return unknownVerb(session, command);
  try {
    const outcome = await runVerb(session, verb, command);
    reportCommand(session, verb, command, outcome);
    return outcome;
  } catch (error) {
    if (verb.needs.includes('data')) dropUnusedData(session);
    const refusal = replyOf(error) ?? internalError(session, verb, error);
    reportCommand(session, verb, command, refusal, error);
    return refusal;
  } finally {
    forgetRequests(session, verb);
  }
}

/** What changed something, and what a logged-in user was refused; transfers report themselves. */
function reportCommand(session: Session, verb: Verb, command: Command, outcome: Outcome, error?: unknown): void {
  const { server } = session;
  if (server.listenerCount('command') === 0 || 'transfer' in outcome || session.login.state !== 'in') return;
  const { code } = 'reply' in outcome ? outcome.reply : outcome;
  // What was done is what SITE, or MDTM, has done.
  const changes = permissionsNeeded(session.verb ?? verb).some((group) => group.some(isChange));
  if (code < 400 && !(changes && isCompletion(code))) return;
  server.emit('command', {
    ...server.about(session),
    verb: command.verb,
    argument: maskText(command.argument ?? ''),
    code,
    ...(error instanceof Error && { reason: maskText(error.message) }),
  });
}

function commandOf(line: Uint8Array): Command | undefined {
  try {
    return parseCommand(line);
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined;
    throw error;
  }
}

async function runVerb(session: Session, verb: Verb, command: Command): Promise<Outcome> {
  const refusal = refusalOf(session, verb);
  if (refusal) return refusal;
  session.verb = verb;
  const outcome = await verb.run(session, verb.argument.parse(command.argument, session));
  if (verb.needs.includes('data') && !('transfer' in outcome)) dropUnusedData(session);
  return outcome;
}

/** What RNFR, REST and RANG ask for holds for one command, also when that one fails or is refused. */
function forgetRequests(session: Session, verb: Verb): void {
  if (verb.needs.includes('data')) session.start = undefined;
  if (verb.verb === 'RNTO') session.renameFrom = undefined;
}

/** A client may be connected already: it must see its data connection end when there will be no transfer. */
function dropUnusedData(session: Session): void {
  if (session.data?.state !== 'open') session.offer(undefined);
}

function unknownVerb(session: Session, command: Command): Outcome {
  if (FOREIGN.has(command.verb)) {
    session.server.warn(session, 'FOREIGN_PROTOCOL', `${command.verb} is not FTP; ended the session`);
    return { reply: reply(421, 'This is an FTP server'), afterwards: () => session.control.end() };
  }
  return reply(500, `Unknown command ${command.verb}`);
}

function internalError(session: Session, verb: Verb, error: unknown): Reply {
  session.server.warn(session, 'INTERNAL', verb.verb, error);
  return INTERNAL_ERROR;
}
