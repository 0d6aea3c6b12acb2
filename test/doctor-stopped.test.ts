import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { CliProcess } from './kit/cli-process.js';

const ANSWERS: Readonly<Record<string, string>> = { USER: '230 in', TYPE: '200 fine' };
const ASKS = new Set(['EPSV', 'PASV', 'EPRT', 'PORT']);

/** Lets everybody in, and says nothing to who asks for a data connection. `asked` is told when the fifth has. */
async function silentServer(t: TestContext): Promise<{ readonly url: string; readonly asked: Promise<unknown> }> {
  const events = new EventEmitter();
  let asks = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => {}).write('220 hello\r\n');
    socket.setEncoding('latin1').on('data', (text: string) => {
      const verb = text.slice(0, 4);
      if (!ASKS.has(verb)) socket.write(`${ANSWERS[verb] ?? '500 what?'}\r\n`);
      else if (++asks === 5) events.emit('asked');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `ftp://127.0.0.1:${port}`, asked: once(events, 'asked') };
}

test('what Ctrl-C ends is not told as failing', async (t) => {
  const { url, asked } = await silentServer(t);
  const doctor = new CliProcess(t, ['doctor', url]);
  await asked;
  doctor.child.kill('SIGINT');
  const { code, stdout } = await doctor.end();
  assert.deepEqual([code, stdout.match(/^\w+/gm)], [130, ['works']]);
});

test('nobody reads any more what it finds: it ends, and says nothing', async (t) => {
  const { url } = await silentServer(t);
  const doctor = new CliProcess(t, ['doctor', url]);
  doctor.child.stdout.destroy();
  const { code, stderr } = await doctor.end();
  assert.deepEqual([code, stderr], [0, '']);
});
