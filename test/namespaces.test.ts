import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { formatEprt, formatHostPort, formatLongHostPort, parsePasvReply } from '@twinport/ftp/protocol';
import { type Namespace, Network, missingNamespaces } from './kit/namespace.js';
import { PacketCapture } from './kit/packet-capture.js';
import { missing } from './kit/peers.js';
import { type DataWay, RawClient, readAll } from './kit/raw-client.js';
import { ServerProcess, type ServerProcessOptions } from './kit/server-process.js';

const RANGE = { first: 50_000, last: 50_009 };
const CONTENT = 'the file';
const OPTIONS: ServerProcessOptions = { port: 21, passivePorts: RANGE, files: { '/a.txt': CONTENT } };

const SERVER = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;
const CLIENT = { 4: '192.0.2.2', 6: '2001:db8::2' } as const;
const THIRD = { 4: '192.0.2.3', 6: '2001:db8::3' } as const;
const FAMILIES = [4, 6] as const;

/** Milliseconds. A test that hangs must end by itself, for its network to be removed. */
const timeout = 20_000;
const skip = missingNamespaces();
const skipNft = skip || missing('nft');

/** Three hosts on one Ethernet. */
function office(t: TestContext): { server: Namespace; client: Namespace; third: Namespace } {
  const network = new Network(t);
  const hosts = { server: network.host('server'), client: network.host('client'), third: network.host('third') };
  network.ethernet([
    { host: hosts.server, addresses: [`${SERVER[4]}/24`, `${SERVER[6]}/64`] },
    { host: hosts.client, addresses: [`${CLIENT[4]}/24`, `${CLIENT[6]}/64`] },
    { host: hosts.third, addresses: [`${THIRD[4]}/24`, `${THIRD[6]}/64`] },
  ]);
  return hosts;
}

async function login(host: Namespace, address: string, port = 21): Promise<RawClient> {
  return await RawClient.login(port, { host: address, sockets: host });
}

function inRange(port: number | undefined): boolean {
  return port !== undefined && port >= RANGE.first && port <= RANGE.last;
}

for (const family of FAMILIES) {
  const active: DataWay = family === 4 ? 'PORT' : 'EPRT';

  test(
    `four uploads at once from two hosts: all active connections leave from port 20, IPv${family}`,
    { skip, timeout },
    async (t) => {
      const { server, client, third } = office(t);
      const events = await ServerProcess.start(server, OPTIONS);
      const clients = await Promise.all([client, client, third, third].map((host) => login(host, SERVER[family])));

      const sockets: Socket[] = [];
      for (const [index, each] of clients.entries()) {
        const data = await each.data(active);
        await each.command(`STOR ${index}.txt`, 150);
        sockets.push(await data.socket);
      }
      // None of them has ended: four connections share the source port.
      assert.deepEqual(
        sockets.map(({ remotePort }) => remotePort),
        [20, 20, 20, 20],
      );
      assert.ok(sockets.every(({ localPort = 0 }) => localPort >= 1024));

      for (const [index, each] of clients.entries()) {
        sockets[index]?.end(`upload ${index}`);
        await each.expect(226);
        assert.equal((await each.download(`RETR ${index}.txt`, active)).toString(), `upload ${index}`);
      }
      const open = await events.untilData('open', 8);
      assert.deepEqual(
        new Set(open.map(({ mode, local }) => `${mode} ${local?.host} ${local?.port}`)),
        new Set([`active ${SERVER[family]} 20`]),
      );
      assert.ok(open.every(({ remote }) => remote !== undefined && remote.port >= 1024));
      assert.deepEqual(events.data('note'), []);
    },
  );

  for (const program of ['curl', 'lftp']) {
    test(
      `four ${program} at once download in active mode, IPv${family}`,
      { skip: skip || missing(program), timeout },
      async (t) => {
        const { server, client } = office(t);
        const events = await ServerProcess.start(server, OPTIONS);
        const host = family === 4 ? SERVER[4] : `[${SERVER[6]}]`;
        const commands: Record<string, string[]> = {
          curl: ['-sS', '--ftp-port', '-', `ftp://user:secret@${host}/a.txt`],
          lftp: ['-e', `set ftp:passive-mode off; set net:max-retries 1; cat ftp://user:secret@${host}/a.txt; quit`],
        };
        const outputs = await Promise.all([1, 2, 3, 4].map(() => client.run(program, ...(commands[program] ?? []))));
        assert.deepEqual(outputs.map(String), [CONTENT, CONTENT, CONTENT, CONTENT]);
        const open = await events.untilData('open', 4);
        assert.ok(
          open.every(
            ({ mode, local, remote }) => mode === 'active' && local?.port === 20 && (remote?.port ?? 0) >= 1024,
          ),
        );
      },
    );
  }
}

test(
  'a server that may not bind port 20 dials from any port, and says so',
  { skip: skip || missing('setpriv'), timeout },
  async (t) => {
    const { server, client } = office(t);
    server.sysctl('net/ipv4/ip_unprivileged_port_start', 21);
    const unprivileged = ['setpriv', '--bounding-set', '-net_bind_service', '--inh-caps', '-net_bind_service', '--'];
    const events = await ServerProcess.start(server, OPTIONS, unprivileged);
    for (const [index, way] of (['PORT', 'EPRT'] as const).entries()) {
      const raw = await login(client, SERVER[way === 'PORT' ? 4 : 6]);
      const data = await raw.data(way);
      await raw.command('RETR a.txt', 150);
      const socket = await data.socket;
      assert.ok((socket.remotePort ?? 0) >= 1024, `from port ${socket.remotePort}`);
      assert.equal((await readAll(socket)).toString(), CONTENT);
      await raw.expect(226);
      const notes = await events.untilData('note', index + 1);
      assert.equal(notes.at(-1)?.reason, 'source port 20 is not to be had (EACCES), using any');
    }
  },
);

test('thirty passive transfers by three sessions stay within the range', { skip, timeout }, async (t) => {
  const { server, client } = office(t);
  const events = await ServerProcess.start(server, OPTIONS);
  await Promise.all(
    [SERVER[4], SERVER[4], SERVER[6]].map(async (address) => {
      const raw = await login(client, address);
      for (let turn = 0; turn < 10; turn += 1) {
        const way = address === SERVER[4] && turn % 2 === 0 ? 'PASV' : 'EPSV';
        assert.equal((await raw.download('RETR a.txt', way)).toString(), CONTENT);
      }
      await raw.quit();
    }),
  );
  const open = await events.untilData('open', 30);
  assert.equal(open.length, 30);
  assert.ok(
    open.every(({ mode, local }) => mode === 'passive' && inRange(local?.port)),
    JSON.stringify(open),
  );
});

test(
  'with every passive port taken PASV and EPSV answer 425, and the session goes on',
  { skip, timeout },
  async (t) => {
    const { server, client } = office(t);
    await ServerProcess.start(server, OPTIONS);
    const taken = await Promise.all(Array.from({ length: 10 }, (_, index) => server.listen('::', RANGE.first + index)));
    const raw = await login(client, SERVER[4]);
    await raw.command('PASV', 425);
    await raw.command('EPSV', 425);
    await raw.command('NOOP', 200);
    assert.equal((await raw.download('RETR a.txt', 'PORT')).toString(), CONTENT);

    const freed = taken[3];
    assert.ok(freed);
    freed.close();
    await once(freed, 'close');
    assert.equal(parsePasvReply(await raw.command('PASV', 227)).port, RANGE.first + 3);
    for (const listener of taken) listener.close();
    assert.equal((await raw.download('RETR a.txt', 'EPSV')).toString(), CONTENT);
  },
);

for (const family of FAMILIES) {
  test(
    `a third host that takes a passive port gets no byte, and the client gets its file, IPv${family}`,
    { skip, timeout },
    async (t) => {
      const { server, client, third } = office(t);
      const events = await ServerProcess.start(server, OPTIONS);
      const raw = await login(client, SERVER[family]);
      for (const [index, when] of ['before RETR', 'after RETR'].entries()) {
        const reply = await raw.command('EPSV', 229);
        const port = Number(/\d{5}/.exec(reply.lines[0] ?? '')?.[0]);
        if (when === 'after RETR') await raw.command('RETR a.txt', 150);
        const thief = await third.connect({ host: SERVER[family], port });
        assert.equal(await bytesUntilClosed(thief), 0);
        const refused = (await events.untilData('refused', index + 1)).at(-1);
        assert.equal(refused?.remote?.host, THIRD[family]);
        assert.equal(refused?.local?.port, port);
        const socket = await client.connect({ host: SERVER[family], port });
        if (when === 'before RETR') await raw.command('RETR a.txt', 150);
        assert.equal((await readAll(socket)).toString(), CONTENT);
        await raw.expect(226);
      }
    },
  );

  test(
    `PORT, EPRT and LPRT to a third host or a privileged port are refused, and nothing is dialled, IPv${family}`,
    { skip: skipNft, timeout },
    async (t) => {
      const { server, client, third } = office(t);
      await ServerProcess.start(server, OPTIONS);
      for (const host of [client, third]) host.nft(COUNT_DIALS);
      const raw = await login(client, SERVER[family]);
      const listener = await third.listen(THIRD[family]);
      const address = listener.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const own = CLIENT[family];
      for (const target of [
        { host: THIRD[family], port },
        { host: SERVER[family], port: 21 },
        ...[1, 20, 22, 1023].map((low) => ({ host: own, port: low })),
      ]) {
        const arguments_ = [`EPRT ${formatEprt(target)}`, `LPRT ${formatLongHostPort(target)}`];
        if (family === 4) arguments_.push(`PORT ${formatHostPort(target)}`);
        for (const line of arguments_) await raw.command(line, 500);
        // There is no data connection to dial: what had been agreed on would be dialled now.
        assert.equal((await raw.command('RETR a.txt')).code, 425);
      }
      assert.equal((await raw.download('RETR a.txt', 'EPSV')).toString(), CONTENT);
      assert.equal(third.counted('inet watch dials'), 0);
      assert.equal(client.counted('inet watch dials'), 0);

      // The counter does count: the third host may well ask for itself.
      const itself = await login(third, SERVER[family]);
      await itself.download('RETR a.txt', 'EPRT');
      assert.equal(third.counted('inet watch dials'), 1);
    },
  );
}

for (const [family, link] of [
  [4, 'idle'],
  [6, 'idle'],
  [4, 'busy'],
] as const) {
  test(
    `227 and 229 are each one TCP segment, also between pipelined NOOPs, IPv${family}, ${link} interface`,
    { skip: skip || missing('tcpdump'), timeout },
    async (t) => {
      const { server, client } = office(t);
      if (link === 'busy' && !(await slowDown(server))) return t.skip('this kernel has no token bucket filter');
      await ServerProcess.start(server, OPTIONS);
      const capture = await PacketCapture.start(server, `tcp src port 21 and dst host ${CLIENT[family]}`);
      const raw = await login(client, SERVER[family]);
      const verbs = family === 4 ? ['PASV', 'EPSV'] : ['EPSV'];
      const rounds = 10;
      for (let round = 0; round < rounds; round += 1) {
        for (const verb of verbs) {
          const code = verb === 'PASV' ? 227 : 229;
          await raw.command(verb, code);
          raw.write(`NOOP\r\nNOOP\r\n${verb}\r\nNOOP\r\n`);
          for (const expected of [200, 200, code, 200]) await raw.expect(expected);
        }
      }
      await raw.quit();
      const segments = await capture.until(/^221 /);
      const passive = segments.filter((segment) => /227 |229 /.test(segment));
      assert.equal(passive.length, rounds * verbs.length * 2);
      for (const segment of passive) assert.match(segment, ONE_PASSIVE_REPLY);
    },
  );
}

const ONE_PASSIVE_REPLY = /^(227 [^\r\n]*\(192,0,2,1,195,8\d\)|229 [^\r\n]*\(\|\|\|5000\d\|\))[^\r\n]*\r\n$/;

/** Lets packets wait for their turn on the interface: while they do, the kernel would join what is written meanwhile. */
async function slowDown(host: Namespace): Promise<boolean> {
  const queue = ['root', 'tbf', 'rate', '200kbit', 'burst', '1600', 'latency', '2s'];
  return await host.run('tc', 'qdisc', 'add', 'dev', 'eth0', ...queue).then(
    () => true,
    () => false,
  );
}

/** A client and a server with a router between them, which forwards nothing that its rules do not let through. */
function routed(t: TestContext): { server: Namespace; client: Namespace; router: Namespace } {
  const network = new Network(t);
  const hosts = { server: network.host('server'), client: network.host('client'), router: network.host('router') };
  network.cable(
    [hosts.router, hosts.client],
    [
      ['203.0.113.1/24', '2001:db8:1::1/64'],
      ['203.0.113.2/24', '2001:db8:1::2/64'],
    ],
  );
  network.cable(
    [hosts.router, hosts.server],
    [
      ['192.0.2.254/24', '2001:db8::fe/64'],
      [`${SERVER[4]}/24`, `${SERVER[6]}/64`],
    ],
  );
  hosts.router.sysctl('net/ipv4/ip_forward', 1);
  hosts.router.sysctl('net/ipv6/conf/all/forwarding', 1);
  for (const gateway of ['192.0.2.254', '2001:db8::fe']) hosts.server.ip('route', 'add', 'default', 'via', gateway);
  return hosts;
}

function routeByDefault(client: Namespace): void {
  for (const gateway of ['203.0.113.1', '2001:db8:1::1']) client.ip('route', 'add', 'default', 'via', gateway);
}

test(
  "plain PASV, EPSV, PORT and EPRT pass the kernel's connection tracking helper with only port 21 open",
  { skip: skipNft, timeout },
  async (t) => {
    const { server, client, router } = routed(t);
    routeByDefault(client);
    try {
      router.nft(filter({ helper: true }));
    } catch (error) {
      t.skip(
        `this kernel has no FTP connection tracking helper: ${error instanceof Error ? error.message : String(error)}`,
      );
      return;
    }
    const events = await ServerProcess.start(server, OPTIONS);
    for (const [address, ways] of [
      [SERVER[4], ['PASV', 'EPSV', 'PORT', 'EPRT']],
      [SERVER[6], ['EPSV', 'EPRT']],
    ] as const) {
      const raw = await login(client, address);
      for (const way of ways) {
        assert.equal((await raw.download('RETR a.txt', way)).toString(), CONTENT, way);
        const opened = (await events.untilData('open', events.data('offered').length)).at(-1);
        assert.equal(opened?.mode === 'active' ? opened.local?.port === 20 : inRange(opened?.local?.port), true);
      }
      // The helper reads a reply only where it is a segment of its own.
      raw.write('NOOP\r\nEPSV\r\nNOOP\r\n');
      await raw.expect(200);
      const port = Number(/\d{5}/.exec((await raw.expect(229)).lines[0] ?? '')?.[0]);
      await raw.expect(200);
      const socket = await client.connect({ host: address, port });
      await raw.command('RETR a.txt', 150);
      assert.equal((await readAll(socket)).toString(), CONTENT);
      await raw.expect(226);
      await raw.quit();
    }
    assert.equal(router.counted('inet ftp_fw dropped'), 0);
  },
);

test(
  'without the helper the same rules drop the data connection: it is what lets it pass',
  { skip: skipNft, timeout },
  async (t) => {
    const { server, client, router } = routed(t);
    routeByDefault(client);
    router.nft(filter({ helper: false }));
    const events = await ServerProcess.start(server, OPTIONS);
    const raw = await login(client, SERVER[4]);
    const data = await raw.data('PORT');
    await raw.command('RETR a.txt', 150);
    await router.untilCounted('inet ftp_fw dropped', 1);
    assert.deepEqual(events.data('open'), []);
    data.socket.catch(() => {}); // it never comes
  },
);

for (const program of ['curl', 'python3']) {
  test(
    `behind NAT a public address lets ${program}, which believes 227, download`,
    { skip: skipNft || missing(program), timeout },
    async (t) => {
      const { server, client, router } = routed(t);
      router.nft(FORWARD_PORTS);
      const download = (): Promise<Buffer> => client.run(program, ...(BELIEVERS[program] ?? []));

      const open = await ServerProcess.start(server, { ...OPTIONS, publicAddress: '203.0.113.1' });
      assert.equal(String(await download()), CONTENT);
      const [opened] = await open.untilData('open', 1);
      assert.ok(opened?.mode === 'passive' && inRange(opened.local?.port));
      await open.end();

      await ServerProcess.start(server, OPTIONS);
      await assert.rejects(download, 'the address behind the NAT is out of reach');
    },
  );
}

/** Clients that dial the very address of 227. */
const BELIEVERS: Record<string, string[]> = {
  curl: ['-sS', '--disable-epsv', '--no-ftp-skip-pasv-ip', '--max-time', '10', 'ftp://user:secret@203.0.113.1/a.txt'],
  python3: [
    '-c',
    `
import ftplib, sys
ftp = ftplib.FTP('203.0.113.1', 'user', 'secret', timeout=10)
ftp.trust_server_pasv_ipv4_address = True
ftp.retrbinary('RETR a.txt', sys.stdout.buffer.write)
ftp.quit()`,
  ],
};

const COUNT_DIALS = `
table inet watch {
  counter dials { }
  chain incoming {
    type filter hook input priority filter; policy accept;
    tcp flags & (syn | ack) == syn counter name "dials"
  }
}`;

const FORWARD_PORTS = `
table ip nat {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "eth0" tcp dport { 21, ${RANGE.first}-${RANGE.last} } dnat to ${SERVER[4]}
  }
}`;

/** The command connection, and what is related to it. */
function filter({ helper }: { helper: boolean }): string {
  return `
table inet ftp_fw {
  counter dropped { }
  ${helper ? 'ct helper ftp-std {\n    type "ftp" protocol tcp\n  }' : ''}
  chain assign {
    type filter hook prerouting priority filter; policy accept;
    ${helper ? 'tcp dport 21 ct helper set "ftp-std"' : ''}
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state vmap { established : accept, invalid : drop }
    ct state related ct helper "ftp" tcp dport 1024-65535 accept
    meta l4proto { icmp, ipv6-icmp } accept
    iifname "eth0" oifname "eth1" tcp dport 21 ct state new accept
    tcp flags & (syn | ack) == syn counter name "dropped"
  }
}`;
}

/** How many bytes come before the end; a reset is an end too. */
function bytesUntilClosed(socket: Socket): Promise<number> {
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
  socket.on('error', () => {}); // a reset: 'close' follows
  socket.on('end', () => socket.end());
  return new Promise((resolve) => socket.once('close', () => resolve(bytes)));
}
