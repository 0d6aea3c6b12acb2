// Starts the foreign server that the argument names, and says where it is; it never stops it.
import { SERVER_NAMES, startForeignServer } from './foreign-servers.js';

const name = SERVER_NAMES.find((each) => each === process.argv[2]);
if (name === undefined) throw new Error('which server?');
const { port, root } = await startForeignServer(name);
process.send?.({ port, root });
