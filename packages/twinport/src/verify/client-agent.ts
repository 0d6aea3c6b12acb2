// Our client on the client's host of a network, and the connections that its host tries to make.
import { once } from 'node:events';
import net from 'node:net';
import { answerQuestions } from './agent.js';
import { type Knock, knock, listen } from './knock.js';
import { type TransferRequest, transfer } from './transfer.js';

/** A line on a control connection of its own, which stays open until the same line is withdrawn. */
export interface SayRequest {
  readonly host: string;
  readonly port: number;
  readonly line: string;
  readonly waitMs: number;
}

export type ClientRequest =
  | { readonly transfer: TransferRequest }
  | { readonly listen: readonly number[] }
  | { readonly knock: Knock }
  | { readonly say: SayRequest }
  | { readonly withdraw: string };

const said = new Map<string, net.Socket>();

/** Until the server has answered: by then every device on the way has seen the line. Whether it has. */
async function say({ host, port, line, waitMs }: SayRequest): Promise<boolean> {
  const socket = net.connect(port, host);
  said.set(line, socket);
  const signal = AbortSignal.timeout(waitMs);
  try {
    await once(socket, 'data', { signal });
    socket.write(`${line}\r\n`);
    await once(socket, 'data', { signal });
    return true;
  } catch {
    return false; // the control port is closed
  }
}

async function answer(request: ClientRequest): Promise<unknown> {
  if ('transfer' in request) return await transfer(request.transfer);
  if ('listen' in request) return await listen(request.listen);
  if ('knock' in request) return await knock(request.knock);
  if ('say' in request) return await say(request.say);
  said.get(request.withdraw)?.destroy();
  return said.delete(request.withdraw);
}

answerQuestions(answer);
