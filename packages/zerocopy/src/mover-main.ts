// Run as a thread of its own by mover-thread.ts.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { MoverLoop } from './mover-loop.js';
import type { MoveEnded, MoverRequest, MoverSetup } from './mover-messages.js';
import { READY } from './thread.js';

function start(port: MessagePort, setup: MoverSetup): void {
  const nextRequest = (): MoverRequest | undefined => receiveMessageOnPort(port)?.message;
  const onEnd = (ended: MoveEnded): void => port.postMessage(ended);
  const loop = new MoverLoop(setup, { nextRequest, onEnd });
  port.on('message', (request: MoverRequest) => {
    loop.take(request);
    loop.run();
  });
  port.postMessage(READY);
}

if (parentPort) start(parentPort, workerData);
