// Runs inside a network namespace, opens sockets there, and hands them to the process that started it: a socket stays in
// the namespace it was made in, whoever uses it.
import { once } from 'node:events';
import net from 'node:net';
import type { AgentAnswer, AgentRequest } from './namespace.js';

process.on('message', (request: AgentRequest) => void answer(request));
process.on('disconnect', () => process.exit());

async function answer(request: AgentRequest): Promise<void> {
  try {
    await ('connect' in request ? connect(request) : listen(request));
  } catch (error) {
    send({ id: request.id, fault: error instanceof Error ? error.message : String(error) });
  }
}

async function connect({ id, connect: target }: Extract<AgentRequest, { connect: unknown }>): Promise<void> {
  const socket = net.connect({ ...target, allowHalfOpen: true });
  socket.pause(); // what arrives is for the receiver to read
  await once(socket, 'connect');
  send({ id }, socket);
}

async function listen({ id, listen: where }: Extract<AgentRequest, { listen: unknown }>): Promise<void> {
  const listener = net.createServer().listen(where);
  await once(listener, 'listening');
  send({ id }, listener, () => listener.close());
}

function send(message: AgentAnswer, handle?: net.Socket | net.Server, sent: () => void = () => {}): void {
  process.send?.(message, handle, {}, sent);
}
