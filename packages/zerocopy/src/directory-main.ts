// Run as a thread of its own by directory-thread.ts.
import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { DirectoryLoop } from './directory-loop.js';
import { directories } from './directories.js';
import type { DirectoryReport, DirectoryRequest } from './directory-messages.js';
import { READY } from './thread.js';

function start(port: MessagePort): void {
  if (!directories) return;
  const nextRequest = (): DirectoryRequest | undefined => receiveMessageOnPort(port)?.message;
  const report = (what: DirectoryReport): void => port.postMessage(what);
  const loop = new DirectoryLoop(directories, { nextRequest, report });
  port.on('message', (request: DirectoryRequest) => {
    loop.take(request);
    loop.run();
  });
  port.postMessage(READY);
}

if (parentPort) start(parentPort);
