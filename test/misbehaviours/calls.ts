import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Client, ClientEvents, DownloadOptions, UploadOptions } from '@twinport/ftp/client';
import type { Step } from '../kit/script.js';
import type { ScriptedServer } from '../kit/scripted-server.js';

/** What cases ask of their client. */
export type Call = (client: Client, server: ScriptedServer) => Promise<unknown>;

export const NEW_PATH = '/new.txt';
export const NEW_TEXT = 'Something new.\n';

export function text(path = '/file.txt', options: DownloadOptions = {}): Call {
  return (client) => client.text(path, options);
}

/** Octets that came, of a large file. */
export const bigLength: Call = async (client) => (await client.bytes('/big.bin')).length;

/** The large file, in two pieces at once. */
export const inSegments: Call = async (client) => {
  const folder = await mkdtemp(join(tmpdir(), 'twinport-test-'));
  try {
    const { outcome } = await client.get('/big.bin', join(folder, 'big'), { segments: 2 });
    return outcome;
  } finally {
    await rm(folder, { recursive: true });
  }
};

export function names(path = '/'): Call {
  return async (client) => (await client.list(path).toArray()).map(({ name }) => name);
}

export function size(path = '/file.txt'): Call {
  return async (client) => (await client.stat(path)).size;
}

/** Code and text of the reply. */
export function command(line: string): Call {
  return async (client) => {
    const { code, lines } = await client.command(line);
    return `${code} ${lines.join('|')}`;
  };
}

export function upload(content: string | Uint8Array = NEW_TEXT, options: UploadOptions = {}): Call {
  return async (client) => {
    const { outcome, verified } = await client.put(Buffer.from(content), NEW_PATH, options);
    return `${outcome}, ${verified === 'no' ? 'not ' : ''}verified`;
  };
}

export const home: Call = async (client) => (await client.info()).home;

/** The results of several calls made one after the other. */
export function inTurn(...calls: readonly Call[]): Call {
  return async (client, server) => {
    const results: unknown[] = [];
    for (const call of calls) results.push(await call(client, server));
    return results;
  };
}

/** The results, or the codes of the errors, of several calls made at once. */
export function atOnce(...calls: readonly Call[]): Call {
  return async (client, server) => {
    const results = await Promise.allSettled(calls.map((call) => call(client, server)));
    return results.map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as { code: string }).code));
  };
}

/** Downloads, and aborts when the first octets are there. */
export const abortedDownload: Call = (client) => {
  const sink = new Writable({
    write(_chunk, _encoding, done) {
      transfer.abort();
      done();
    },
  });
  const transfer = client.get('/big.bin', sink);
  return transfer;
};

/** Uploads, and aborts when the server has taken some. */
export const abortedUpload: Call = async (client) => {
  const stop = new AbortController();
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let count = 0; ; count += 1) {
      if (count === 4) stop.abort();
      yield Buffer.alloc(16_384);
    }
  }
  return client.put(endless(), NEW_PATH, { signal: stop.signal });
};

/** The server sends replies that nobody has asked for, while the client has nothing to do; resolves when they are there. */
export function unasked(...replies: readonly string[]): Call {
  return async (client, server) => {
    const last = replies.at(-1);
    server.act(...replies);
    await seen(client, (event) => event.kind === 'line' && event.direction === 'in' && event.text === last);
  };
}

/** The server ends the control connection while the client has nothing to do; resolves when the client has seen it. */
export function endedWhileIdle(...steps: readonly Step[]): Call {
  return async (client, server) => {
    server.act(...steps);
    await seen(client, (event) => event.kind === 'control' && event.state === 'closed');
  };
}

/** The server sends this while the client has nothing to do. It is there before the answer to the next command. */
export function said(...lines: readonly string[]): Call {
  return async (_, server) => server.act(...lines);
}

/** Resolves with the event that is waited for. */
export function seen(client: Client, isIt: (event: ConnectionEvent) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (event: ConnectionEvent): void => {
      if (!isIt(event)) return;
      client.off('connection', look);
      resolve();
    };
    client.on('connection', look);
  });
}

type ConnectionEvent = ClientEvents['connection'][0];
