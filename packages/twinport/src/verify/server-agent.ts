// Our server on the server's host of a network, and the connections that its host tries to make.
import { createAccounts, createServer, memory, type Server } from '@twinport/ftp/server';
import type { Ports } from '@twinport/ftp/firewall';
import { answerQuestions } from './agent.js';
import { type Knock, knock, listen } from './knock.js';
import { CONTENT, FILE } from './content.js';

export interface ServeRequest {
  readonly port: number;
  readonly passivePorts: Ports;
  readonly activePort: number | 'any';
  readonly publicAddress: string | undefined;
  readonly certificate: { readonly key: string; readonly cert: string };
  /** How long a data connection may take to come. */
  readonly dataWaitMs: number;
}

export type ServerRequest =
  | { readonly serve: ServeRequest }
  | { readonly listen: readonly number[] }
  | { readonly knock: Knock };

let server: Server | undefined;

/** With these options in place of those before. */
async function serve({ certificate, publicAddress, dataWaitMs, ...options }: ServeRequest): Promise<void> {
  await server?.destroy();
  server = createServer({
    ...options,
    accounts: createAccounts({ storage: memory({ [FILE]: CONTENT }), anonymous: true }),
    tls: certificate,
    limits: { dataWaitMs },
    ...(publicAddress !== undefined && { publicAddress }),
  });
  await server.listen();
}

answerQuestions(async (asked: ServerRequest) => {
  if ('serve' in asked) return await serve(asked.serve);
  return 'listen' in asked ? await listen(asked.listen) : await knock(asked.knock);
});
