import type { ZeroCopy } from '@twinport/ftp/server';
import * as directSockets from './direct-sockets.js';

/** For the option `zeroCopy` of `createServer`, `connect` and `createPool`. */
export const zeroCopy: ZeroCopy = directSockets;
