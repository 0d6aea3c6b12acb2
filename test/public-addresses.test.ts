// What 227 names behind NAT, each host being a network namespace: with and without a public address, by client network, with other ports
// at the router, and what the server tells of data connections that never came.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ServerOptions } from '@twinport/ftp/server';
import { ClientProcess } from './kit/client-process.js';
import { type Namespace, missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';
import { RawClient } from './kit/raw-client.js';
import { OFFICE, SERVER, row } from './kit/row-of-hosts.js';
import { allTold, startServer, testCertificate } from './kit/server.js';
import { ServerProcess } from './kit/server-process.js';

const PORTS = { first: 50_000, last: 50_009 };
const ADVERTISED = { first: 60_000, last: 60_009 };
const CONTENT = 'the file';
const OPTIONS = { port: 21, passivePorts: PORTS, files: { '/a.txt': CONTENT } };
const skip = missingNamespaces() || missing('nft');
const timeout = 40_000;

/** The office router forwards 21, and the range to the same ports, or from the advertised ones. */
function forwarding(range: { readonly first: number }): string {
  const ports = Array.from({ length: 10 }, (_, i) => `${range.first + i} : ${SERVER.private} . ${PORTS.first + i}`);
  return `
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "eth0" dnat to tcp dport map { 21 : ${SERVER.private} . 21, ${ports.join(', ')} }
  }
}`;
}

type Download = (from: Namespace, server: string, tls: boolean) => Promise<string>;

/** Clients that go where 227 says. */
const BELIEVERS: Readonly<Record<string, Download>> = {
  curl: async (from, server, tls) => {
    const believing = ['-sS', '--disable-epsv', '--no-ftp-skip-pasv-ip', '--max-time', '10'];
    const secure = tls ? ['--ssl-reqd', '--insecure'] : [];
    return String(await from.run('curl', ...believing, ...secure, `ftp://user:secret@${server}/a.txt`));
  },
  lftp: async (from, server, tls) => {
    const settings = ['fix-pasv-address no', 'prefer-epsv no', `ssl-force ${tls}`, `ssl-protect-data ${tls}`];
    const script = [
      ...settings.map((each) => `set ftp:${each}`),
      'set ssl:verify-certificate no; set net:timeout 5; set net:max-retries 1',
      `open -u user,secret ${server}`,
      'cat a.txt',
    ].join('; ');
    return String(await from.run('lftp', '--norc', '-c', script));
  },
  twinport: async (from, server, tls) => {
    const client = await ClientProcess.start(from, {
      host: server,
      user: 'user',
      password: 'secret',
      tls: tls ? { insecure: true } : 'off',
      data: { command: 'PASV', trustServerAddress: true },
    });
    await client.get('/a.txt');
    return CONTENT; // `get` has compared the size
  },
};

async function serverIn(host: Namespace, options: Partial<ServerOptions>, tls: boolean): Promise<ServerProcess> {
  return await ServerProcess.start(host, { ...OPTIONS, ...options, ...(tls && { tls: await testCertificate() }) });
}

for (const [name, download] of Object.entries(BELIEVERS)) {
  const lacking = skip || (name !== 'twinport' && missing(name));
  for (const tls of [false, true]) {
    const how = `${name}, ${tls ? 'TLS' : 'clear'}`;

    test(
      `${how}: inside and outside are told the address that each can reach`,
      { skip: lacking, timeout },
      async (t) => {
        const { client, office, server } = row(t, 'public', 'private');
        office.nft(forwarding(PORTS));
        await serverIn(server, { publicAddress: { '10.0.0.0/8': 'dialled', default: OFFICE.v4 } }, tls);
        assert.equal(await download(client, OFFICE.v4, tls), CONTENT);
        assert.equal(await download(office, SERVER.private, tls), CONTENT);
      },
    );

    test(
      `${how}: without a public address nothing comes, and the server says so`,
      { skip: lacking, timeout },
      async (t) => {
        const { client, office, server } = row(t, 'public', 'private');
        office.nft(forwarding(PORTS));
        const serving = await serverIn(server, { limits: { dataWaitMs: 500 } }, tls);
        // One that gives up without a word may have wanted nothing.
        for (let attempt = 1; attempt <= 2; attempt += 1) await assert.rejects(download(client, OFFICE.v4, tls));
        const [warning] = await serving.untilWarned('NEVER_CAME');
        assert.match(
          warning ?? '',
          /227 gave 10\.2\.0\.2 to 198\.51\.100\.2: (\d+) of \1 data connections from there never came; set publicAddress/,
        );
      },
    );

    test(
      `${how}: a router that changes the ports needs only that they be advertised`,
      { skip: lacking, timeout },
      async (t) => {
        const { client, office, server } = row(t, 'public', 'private');
        office.nft(forwarding(ADVERTISED));
        await serverIn(server, { publicAddress: OFFICE.v4, advertisedPorts: ADVERTISED }, tls);
        assert.equal(await download(client, OFFICE.v4, tls), CONTENT);
      },
    );
  }
}

test('227, 228, 229 and SITE DOCTOR name the advertised ports', async (t) => {
  const { port } = await startServer(t, { passivePorts: { first: 42_300, last: 42_309 }, advertisedPorts: ADVERTISED });
  const client = await RawClient.login(port);
  const inRange = (number: number): void =>
    assert.ok(number >= ADVERTISED.first && number <= ADVERTISED.last, `${number}`);
  const [high = 0, low = 0] = (await client.command('PASV', 227)).lines[0]?.match(/\d+/g)?.slice(-2).map(Number) ?? [];
  inRange(high * 256 + low);
  inRange(Number((await client.command('EPSV', 229)).lines[0]?.match(/\d+/)?.[0]));
  const [first = 0, second = 0] =
    (await client.command('LPSV', 228)).lines[0]?.match(/\d+/g)?.slice(-2).map(Number) ?? [];
  inRange(first * 256 + second);
  assert.match((await client.command('SITE DOCTOR', 200)).lines.join('\n'), /"passivePorts":\[60000,60009\]/);
});

async function neverComing(t: TestContext): Promise<{ client: RawClient; told: () => Promise<object[]> }> {
  const { port, server } = await startServer(t, { limits: { dataWaitMs: 400 } });
  const told: object[] = [];
  server.on('unreached', ({ mode, network, asked, missed, cause }) =>
    told.push({ mode, network, asked, missed, cause }),
  );
  const all = async (): Promise<object[]> => {
    await allTold(server); // by workers, too
    return told;
  };
  return { client: await RawClient.login(port), told: all };
}

test('425 counts what never came to one announcement, and starts anew with what comes', async (t) => {
  const { client, told } = await neverComing(t);
  for (const count of [1, 2, 3]) {
    await client.command('PASV', 227);
    await client.command('LIST', 150);
    assert.match(
      String((await client.expect(425)).lines),
      new RegExp(`227 gave 127\\.0\\.0\\.1 to 127\\.0\\.0\\.1: ${count} of ${count} data connections`),
    );
  }
  await client.download('LIST', 'PASV');
  await client.command('PASV', 227);
  await client.command('LIST', 150);
  assert.match(String((await client.expect(425)).lines), /4 of 5 data connections/);
  assert.deepEqual((await told()).at(-1), {
    mode: 'passive',
    network: '127.0.0.0/24',
    asked: 5,
    missed: 4,
    cause: 'port-closed',
  });
});

test('a client that has connected and is refused its file is none that never came', async (t) => {
  const { client, told } = await neverComing(t);
  for (const _ of [1, 2, 3]) {
    const socket = await (await client.data('EPSV')).socket;
    await client.command('RETR /missing', 550);
    await client.command('REIN');
    await client.command('USER user', 331);
    await client.command('PASS secret', 230);
    socket.destroy();
  }
  assert.deepEqual(await told(), []);
});

test('two clients that give up without a word are told of', async (t) => {
  const { client, told } = await neverComing(t);
  for (const _ of [1, 2, 3]) await client.command('EPSV', 229);
  assert.deepEqual(await told(), [
    { mode: 'passive', network: '127.0.0.0/24', asked: 2, missed: 2, cause: 'port-closed' },
  ]);
});

test('active data connections that are refused are counted too', async (t) => {
  const { client, told } = await neverComing(t);
  const closed = 1_024; // where nobody listens
  await client.command(`EPRT |1|127.0.0.1|${closed}|`, 200);
  await client.command('LIST', 150);
  assert.match(
    String((await client.expect(425)).lines),
    /EPRT named 127\.0\.0\.1 port 1024: 1 of 1 data connections to there failed/,
  );
  assert.deepEqual(await told(), [
    { mode: 'active', network: '127.0.0.0/24', asked: 1, missed: 1, cause: 'client-closed' },
  ]);
});
