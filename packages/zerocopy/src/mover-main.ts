// Run as a thread of its own by mover-thread.ts.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { MoverLoop } from './mover-loop.js';
import type { MoverReport, MoverRequest, MoverSetup } from './mover-messages.js';

function start(port: MessagePort, setup: MoverSetup): void {
  const nextRequest = (): MoverRequest | undefined => receiveMessageOnPort(port)?.message;
  const report = (what: MoverReport): void => port.postMessage(what);
  const loop = new MoverLoop(setup, { nextRequest, onEnd: report });
  port.on('message', (request: MoverRequest) => {
    loop.take(request);
    loop.run();
  });
  report({ kind: 'ready' });
}

if (parentPort) start(parentPort, workerData);
