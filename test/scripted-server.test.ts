import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { RawClient } from './kit/raw-client.js';
import { runProgram } from './kit/run-program.js';
import {
  CLIENT_END,
  DEFAULT,
  END,
  FIN,
  NEXT_COMMAND,
  OPEN,
  RESET,
  RST,
  type Script,
  data,
  once as first,
  raw,
  successively,
  take,
} from './kit/script.js';
import { ScriptedServer } from './kit/scripted-server.js';
import { FILE_TEXT } from './kit/scripted-tree.js';
import { missing } from './kit/peers.js';

async function start(t: { after(done: () => Promise<void>): void }, script: Script = {}): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script);
  t.after(async () => {
    await server.stop();
    assert.deepEqual(server.faults, []);
  });
  return server;
}

test('where the script says nothing, the server is right in all four ways of making a data connection', async (t) => {
  const server = await start(t);
  const client = await RawClient.login(server.port);
  for (const way of ['EPSV', 'PASV', 'EPRT', 'PORT'] as const) {
    assert.equal((await client.download('RETR /file.txt', way)).toString(), FILE_TEXT);
    await client.upload(`STOR /${way}`, Buffer.from(way), way);
    assert.equal(server.tree.files.get(`/${way}`)?.toString(), way);
    assert.match(
      (await client.download('MLSD /', way)).toString(),
      /type=file;size=45;modify=20200131120000; file.txt/,
    );
  }
  await client.command('REST 4', 350);
  assert.equal((await client.download('RETR file.txt')).toString(), FILE_TEXT.slice(4));
  await client.command('SITE ECHO 1', 200);
  await client.quit();
  await server.allGone();
});

test('TLS on both connections', async (t) => {
  const server = await start(t, { tls: 'resumes' });
  const client = await RawClient.login(server.port, { secure: true });
  assert.equal((await client.download('RETR /file.txt')).toString(), FILE_TEXT);
  await client.upload('STOR /up', Buffer.from('up'));
  assert.equal(server.tree.files.get('/up')?.toString(), 'up');
  await client.quit();
  await server.allGone();
});

test('answers come in turn, late ones behind the next command, and pieces in writes of their own', async (t) => {
  const server = await start(t, {
    on: {
      NOOP: successively('200 first', ['200 second', NEXT_COMMAND, '200 late'], DEFAULT),
      'SITE ONE': raw('2', '00 in ', 'pieces\r', '\n'),
    },
  });
  const client = await RawClient.login(server.port);
  assert.deepEqual((await client.command('NOOP')).lines, ['first']);
  assert.deepEqual((await client.command('NOOP')).lines, ['second']);
  assert.deepEqual((await client.command('NOOP')).lines, ['late']);
  assert.deepEqual((await client.reply()).lines, ['Still here']);
  assert.deepEqual((await client.command('SITE ONE')).lines, ['in pieces']);
  client.destroy();
  await server.allGone();
});

test('while an answer waits for the client, other commands are answered', async (t) => {
  const server = await start(t, {
    on: {
      STOR: ['150 Go on', OPEN, take(3), '452 Full', END],
      RETR: first(['150 x', OPEN, data('some'), CLIENT_END]),
    },
  });
  const client = await RawClient.login(server.port);
  const up = await client.data('EPSV');
  await client.command('STOR /x', 150);
  const socket = await up.socket;
  await client.command('NOOP', 200);
  socket.write('abc');
  await client.expect(452);
  socket.destroy();
  const down = await client.data('EPSV');
  await client.command('RETR /x', 150);
  const reset = assert.rejects(once((await down.socket).resume(), 'end'), { code: 'ECONNRESET' });
  await client.command('ABOR', 426);
  await client.expect(226);
  await reset;
  assert.equal((await client.download('RETR /file.txt')).toString(), FILE_TEXT);
  await client.quit();
  await server.allGone();
});

test('a reset of either connection is a reset for the client', async (t) => {
  const server = await start(t, { on: { NOOP: RESET } });
  const socket = net.connect(server.port, '127.0.0.1').resume();
  socket.write('NOOP\r\n');
  await assert.rejects(once(socket, 'end'), { code: 'ECONNRESET' });
  const other = await start(t, { on: { RETR: ['150 x', OPEN, take(1), RST, '226 y'] } });
  const client = await RawClient.login(other.port);
  const connection = await client.data('EPSV');
  await client.command('RETR x', 150);
  const reading = (await connection.socket).resume();
  reading.write('x');
  await assert.rejects(once(reading, 'end'), { code: 'ECONNRESET' });
  client.destroy();
  await other.allGone();
});

test('curl lists and transfers with it, with TLS and without', { skip: missing('curl') }, async (t) => {
  const server = await start(t, { tls: 'resumes' });
  const url = `ftp://user:secret@127.0.0.1:${server.port}`;
  assert.equal((await runProgram('curl', ['-s', `${url}/file.txt`])).toString(), FILE_TEXT);
  assert.equal((await runProgram('curl', ['-sk', '--ssl-reqd', `${url}/file.txt`])).toString(), FILE_TEXT);
  assert.match((await runProgram('curl', ['-s', `${url}/`])).toString(), /1048576 Jan 31 2020 big.bin/);
  await server.allGone();
});

/** Reads a file over TLS and tells whether the data connection was ended with close_notify. */
const CLOSE_NOTIFY = `
import ftplib, ssl, sys
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
ftp = ftplib.FTP_TLS(context=context)
ftp.connect("127.0.0.1", int(sys.argv[1])), ftp.login("user", "secret"), ftp.prot_p()
data = ftp.transfercmd("RETR /file.txt")
data.suppress_ragged_eofs = False
try:
    while data.recv(1000): pass
    print("proper")
except ssl.SSLError as error:
    print(error.reason)
`;

test('a foreign client sees whether TLS was ended with close_notify', { skip: missing('python3') }, async (t) => {
  const cut = ['150 x', OPEN, data(FILE_TEXT), FIN, '226 y'];
  const server = await start(t, { tls: 'resumes', on: { RETR: successively(cut, DEFAULT) } });
  const look = async (): Promise<string> =>
    (await runProgram('python3', ['-c', CLOSE_NOTIFY, String(server.port)])).toString().trim();
  assert.equal(await look(), 'UNEXPECTED_EOF_WHILE_READING');
  assert.equal(await look(), 'proper');
});
