// Our client on the client's host of a network, and the connections that its host tries to make.
import { once } from 'node:events';
import net from 'node:net';
import { answerQuestions } from './agent.js';
import { type Knock, knock, listen } from './knock.js';
import { type TransferRequest, transfer } from './transfer.js';

/** A line on a control connection of its own, which stays open until the line is withdrawn by another. */
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
  | { readonly withdraw: Pick<SayRequest, 'line' | 'waitMs'> & { readonly by: string } };

const said = new Map<string, net.Socket>();

/** Until the server has answered: by then every device on the way has seen the line. */
async function say({ host, port, line, waitMs }: SayRequest): Promise<void> {
  const socket = net.connect(port, host);
  said.set(line, socket);
  // A helper begins to read behind a line end that it has seen: it knows of none before the first line.
  await untilAnswered(socket, waitMs, ['', 'NOOP\r\n', `${line}\r\n`]);
}

/** Where the control port is closed, nobody answers. */
async function untilAnswered(socket: net.Socket, waitMs: number, texts: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(waitMs);
  try {
    for (const text of texts) {
      socket.write(text);
      await once(socket, 'data', { signal });
    }
  } catch {
    socket.destroy();
  }
}

async function answer(request: ClientRequest): Promise<unknown> {
  if ('transfer' in request) return await transfer(request.transfer);
  if ('listen' in request) return await listen(request.listen);
  if ('knock' in request) return await knock(request.knock);
  if ('say' in request) return await say(request.say);
  const { line, by, waitMs } = request.withdraw;
  const socket = said.get(line);
  said.delete(line);
  if (socket) await untilAnswered(socket, waitMs, [`${by}\r\n`]);
  return void socket?.destroy();
}

answerQuestions(answer);
