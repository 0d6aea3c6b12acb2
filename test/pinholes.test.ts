// A server behind a firewall that drops everything but commands, and opens it for each data connection: in network namespaces.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { DEFAULT_PLAN, renderRules } from '@twinport/ftp/firewall';
import { parseEpsvReply } from '@twinport/ftp/protocol';
import { ClientProcess } from './kit/client-process.js';
import { type Namespace, Network, missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';
import { RawClient, readAll } from './kit/raw-client.js';
import { testCertificate } from './kit/server.js';
import { ServeProcess } from './kit/serve-process.js';
import { ServerProcess, type ServerProcessOptions } from './kit/server-process.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const CONTENT = 'the file';
const SERVER = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;
const CLIENT = { 4: '192.0.2.2', 6: '2001:db8::2' } as const;
const THIRD = { 4: '192.0.2.3', 6: '2001:db8::3' } as const;
const FAMILIES = [4, 6] as const;
const SETS = ['passive4', 'passive6', 'active4', 'active6'] as const;
const OPTIONS: ServerProcessOptions = { port: 21, files: { '/a.txt': CONTENT }, nftables: {} };

/** Both ways nothing but commands passes without a pinhole; a counter of what is dropped. */
const [RULES_TEXT] = renderRules('nftables', {
  plan: DEFAULT_PLAN,
  role: 'server',
  features: { pinholes: true },
}).texts;
const RULES = `${RULES_TEXT?.text}
table inet twinport_ftp {
  counter dropped { }
  chain input { tcp flags & (syn | ack) == syn counter name "dropped"; }
  chain output { tcp flags & (syn | ack) == syn counter name "dropped"; }
}`;
const DROPPED = 'inet twinport_ftp dropped';

/** Milliseconds. A test that hangs must end by itself, for its network to be removed. */
const timeout = 60_000;
const POLL_MS = 20;
const skip = missingNamespaces() || missing('nft');

interface Hosts {
  readonly server: Namespace;
  readonly client: Namespace;
  readonly third: Namespace;
}

/** Three hosts on one Ethernet, the server behind its firewall. */
function office(t: TestContext, rules = RULES): Hosts {
  const network = new Network(t);
  const hosts = { server: network.host('server'), client: network.host('client'), third: network.host('third') };
  network.ethernet([
    { host: hosts.server, addresses: [`${SERVER[4]}/24`, `${SERVER[6]}/64`] },
    { host: hosts.client, addresses: [`${CLIENT[4]}/24`, `${CLIENT[6]}/64`] },
    { host: hosts.third, addresses: [`${THIRD[4]}/24`, `${THIRD[6]}/64`] },
  ]);
  hosts.server.nft(rules);
  return hosts;
}

async function login(host: Namespace, family: 4 | 6 = 4, user = 'user'): Promise<RawClient> {
  return await RawClient.login(21, { host: SERVER[family], sockets: host, user });
}

async function passivePort(client: RawClient): Promise<number> {
  return parseEpsvReply(await client.command('EPSV', 229));
}

interface Element {
  readonly elem: { readonly val: { readonly concat: readonly [string, number] }; readonly timeout: number };
}

/** What the server's firewall lets through now: `passive4 192.0.2.2 50001`. */
async function holes(server: Namespace): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of SETS) {
    const text = String(await server.run('nft', '-j', 'list', 'set', 'inet', 'twinport_ftp', name));
    const { nftables } = JSON.parse(text) as { nftables: readonly { set?: { elem?: readonly Element[] } }[] };
    for (const { elem } of nftables.flatMap(({ set }) => set?.elem ?? [])) {
      // Whole seconds, and some milliseconds have passed: it ends by itself, soon after the server's own patience does.
      assert.ok(elem.timeout > 0 && elem.timeout <= 31, `for ${elem.timeout} s`);
      found.push(`${name} ${elem.val.concat.join(' ')}`);
    }
  }
  return found;
}

/** A pinhole is closed beside the transfer, so that it costs it nothing. */
async function untilClosed(server: Namespace): Promise<void> {
  while ((await holes(server)).length > 0) await setTimeout(POLL_MS);
}

for (const family of FAMILIES) {
  const url = `ftp://user:secret@${family === 4 ? SERVER[4] : `[${SERVER[6]}]`}/a.txt`;
  const tls = 'set ssl:verify-certificate no; set ftp:ssl-force yes; set ftp:ssl-protect-data yes;';
  const lftp = (mode: 'on' | 'off'): string[] => [
    '-e',
    `${tls} set ftp:passive-mode ${mode}; set net:max-retries 1; cat ${url}; quit`,
  ];
  const programs: readonly (readonly [program: string, what: string, args: readonly string[]])[] = [
    ['curl', 'passive over TLS', ['-sS', '--insecure', '--ssl-reqd', url]],
    ['lftp', 'passive over TLS', lftp('on')],
    ['curl', 'active', ['-sS', '--ftp-port', '-', url]],
    ['lftp', 'active over TLS', lftp('off')],
  ];
  for (const [program, what, args] of programs) {
    test(
      `${program}, ${what}, through default drop, IPv${family}`,
      { skip: skip || missing(program), timeout },
      async (t) => {
        const { server, client } = office(t);
        const events = await ServerProcess.start(server, { ...OPTIONS, tls: await testCertificate() });
        assert.equal(String(await client.run(program, ...args)), CONTENT);
        const [open] = await events.untilData('open', 1);
        assert.equal(open?.mode, what.split(' ')[0]);
        await untilClosed(server);
        assert.equal(server.counted(DROPPED), 0);
      },
    );
  }

  for (const mode of ['passive', 'active'] as const) {
    test(`our client, ${mode} over TLS, through default drop, IPv${family}`, { skip, timeout }, async (t) => {
      const { server, client } = office(t);
      const certificate = await testCertificate();
      await ServerProcess.start(server, { ...OPTIONS, tls: certificate });
      const ours = await ClientProcess.start(client, {
        host: SERVER[family],
        user: 'user',
        password: 'secret',
        data: { mode },
        tls: { mode: 'explicit', ca: certificate.cert, servername: 'localhost' },
      });
      assert.equal((await ours.get('/a.txt')).way, mode === 'passive' ? 'EPSV' : 'EPRT');
      await ours.put('/b.txt', 1_000_000);
      assert.deepEqual((await ours.list('/')).names, ['a.txt', 'b.txt']);
      await untilClosed(server);
      assert.equal(server.counted(DROPPED), 0);
    });
  }

  test(
    `a port is open to its client alone, before and after it to nobody, IPv${family}`,
    { skip, timeout },
    async (t) => {
      const { server, client, third } = office(t);
      await ServerProcess.start(server, OPTIONS);
      const other = await server.listen(SERVER[family], 50_000);
      const raw = await login(client, family);
      const port = await passivePort(raw);
      assert.deepEqual(await holes(server), [`passive${family} ${CLIENT[family]} ${port}`]);

      let drops = 0;
      const dropped = async (from: Namespace, target: number): Promise<void> => {
        from.connect({ host: SERVER[family], port: target }).catch(() => {}); // never answered
        await server.untilCounted(DROPPED, (drops += 1));
      };
      await dropped(third, port);
      await dropped(third, 50_000);
      await dropped(client, 50_000);

      const socket = await client.connect({ host: SERVER[family], port });
      await untilClosed(server);
      await dropped(client, port);
      await raw.command('RETR a.txt', 150);
      assert.equal(String(await readAll(socket)), CONTENT);
      await raw.expect(226);
      other.close();
    },
  );

  test(
    `outwards the server reaches the port its client names, while it dials, and no other, IPv${family}`,
    { skip, timeout },
    async (t) => {
      const { server, client } = office(t);
      await ServerProcess.start(server, OPTIONS);
      const raw = await login(client, family);
      const data = await raw.data('EPRT');
      assert.deepEqual(await holes(server), []);
      await raw.command('RETR a.txt', 150);
      assert.equal(String(await readAll(await data.socket)), CONTENT);
      await raw.expect(226);
      await untilClosed(server);

      const other = await client.listen(CLIENT[family]);
      const address = other.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.connect({ host: CLIENT[family], port }).catch(() => {}); // never answered
      await server.untilCounted(DROPPED, 1);
    },
  );
}

for (const [how, drop] of [
  ['ABOR', (raw: RawClient) => raw.command('ABOR', 226)],
  ['REIN', (raw: RawClient) => raw.command('REIN', 220)],
  ['QUIT', (raw: RawClient) => raw.quit()],
  ['the end of the control connection', (raw: RawClient) => raw.destroy()],
] as const) {
  test(`a passive port that is given up, by ${how}, is closed`, { skip, timeout }, async (t) => {
    const { server, client } = office(t);
    await ServerProcess.start(server, OPTIONS);
    const raw = await login(client);
    await passivePort(raw);
    assert.equal((await holes(server)).length, 1);
    await drop(raw);
    await untilClosed(server);
  });
}

test('a passive port that nobody connects to is closed with its wait', { skip, timeout }, async (t) => {
  const { server, client } = office(t);
  const events = await ServerProcess.start(server, { ...OPTIONS, limits: { dataWaitMs: 300 } });
  const raw = await login(client);
  await passivePort(raw);
  await events.untilData('failed', 1);
  await untilClosed(server);
  await raw.command('RETR a.txt', 425);
});

const OWN_TABLE = `
table inet own {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established accept
    meta l4proto ipv6-icmp accept
    tcp dport 21 accept
  }
  chain output {
    type filter hook output priority filter; policy drop;
    ct state established accept
    meta l4proto ipv6-icmp accept
  }
}`;
const SUFFICIENT = ['net_bind_service', 'net_admin'];

/** `twinport serve` as root, with these capabilities alone. */
async function served(
  t: TestContext,
  host: Namespace,
  { capabilities = SUFFICIENT, firewall = '' }: { capabilities?: readonly string[]; firewall?: string } = {},
): Promise<ServeProcess> {
  const folder = await temporaryFolder(t);
  const config = join(folder, 'twinport.toml');
  writeFileSync(join(folder, 'a.txt'), CONTENT);
  writeFileSync(config, `directory = "${folder}"\nport = 21\n[firewall]\npinholes = "nftables"\n${firewall}\n`);
  const limited = ['setpriv', '--bounding-set', `-all,${capabilities.map((each) => `+${each}`).join(',')}`, '--'];
  return new ServeProcess(t, ['--config', config], {}, [...host.wrapper, ...limited]);
}

test(
  'twinport serve refuses to start without its sets; with what it prints it serves, and it leaves the sets empty',
  { skip: skip || missing('curl') || missing('setpriv'), timeout },
  async (t) => {
    const { server, client } = office(t, '');
    const refused = await served(t, server);
    assert.equal(await refused.exit(), 2);
    assert.match(refused.stderr, /^twinport: pinholes: their sets are missing/);
    assert.equal(refused.stdout, '');
    server.nft(refused.stderr.slice(refused.stderr.indexOf('table inet')));

    const serving = await served(t, server);
    await serving.printed(/firewall {3}opened by the server/);
    assert.equal(String(await client.run('curl', '-sS', `ftp://${SERVER[4]}/a.txt`)), CONTENT);
    await untilClosed(server);
    await passivePort(await login(client, 4, 'anonymous'));
    const second = await served(t, server);
    assert.equal(await second.exit(), 2);
    assert.match(second.stderr, /port 21 is taken/);
    assert.equal((await holes(server)).length, 1);
    serving.child.kill('SIGTERM');
    assert.equal(await serving.exit(), 0);
    assert.deepEqual(await holes(server), []);
  },
);

test(
  'twinport serve in a table that is there already: what it prints adds to it, and takes nothing away',
  { skip: skip || missing('curl') || missing('setpriv'), timeout },
  async (t) => {
    const { server, client } = office(t, OWN_TABLE);
    const refused = await served(t, server, { firewall: 'table = "own"' });
    assert.equal(await refused.exit(), 2);
    const [, sets = '', rules = ''] = /(table inet own \{[^]*^\}$)([^]*)/m.exec(refused.stderr) ?? [];
    server.nft(sets);
    for (const [, hook, rule] of rules.matchAll(/^ {2}(input|output): (.*)$/gm))
      server.nft(`add rule inet own ${hook} ${rule}`);
    const serving = await served(t, server, { firewall: 'table = "own"' });
    await serving.printed(/^try: /m);
    for (const mode of [[], ['--ftp-port', '-']])
      assert.equal(String(await client.run('curl', '-sS', ...mode, `ftp://${SERVER[4]}/a.txt`)), CONTENT);
  },
);

test(
  'twinport serve says that pinholes need CAP_NET_ADMIN',
  { skip: skip || missing('setpriv'), timeout },
  async (t) => {
    const { server } = office(t);
    const refused = await served(t, server, { capabilities: ['net_bind_service'] });
    assert.equal(await refused.exit(), 2);
    assert.match(refused.stderr, /^twinport: pinholes: nft may not change the firewall: run with CAP_NET_ADMIN$/m);
  },
);

test(
  'with iptables: the marks of docs/pinholes.md let pinholes through',
  { skip: skip || missing('iptables') || missing('curl'), timeout },
  async (t) => {
    const page = readFileSync(new URL('../../docs/pinholes.md', import.meta.url), 'utf8');
    const [, marks = ''] = /^```nft\n([^`]*priority mangle[^`]*)^```/m.exec(page) ?? [];
    const { server, client, third } = office(t, marks);
    const dropping = ['INPUT', 'OUTPUT'].flatMap((chain) => [
      `-P ${chain} DROP`,
      `-A ${chain} -m conntrack --ctstate ESTABLISHED -j ACCEPT`,
    ]);
    const lines = [
      ...dropping,
      '-A INPUT -p tcp --dport 21 -j ACCEPT',
      ...Array.from(page.matchAll(/^iptables (.*)$/gm), ([, rule = '']) => rule),
    ];
    assert.equal(lines.length, 7);
    for (const line of lines) await server.run('iptables', ...line.split(' '));

    await ServerProcess.start(server, OPTIONS);
    const url = `ftp://user:secret@${SERVER[4]}/a.txt`;
    assert.equal(String(await client.run('curl', '-sS', url)), CONTENT);
    assert.equal(String(await client.run('curl', '-sS', '--ftp-port', '-', url)), CONTENT);
    // The chain is still what drops the rest.
    const raw = await login(client);
    const port = await passivePort(raw);
    third.connect({ host: SERVER[4], port }).catch(() => {}); // never answered
    const policy = async (): Promise<string> => String(await server.run('iptables', '-nvL', 'INPUT'));
    while (/policy DROP 0 packets/.test(await policy())) await setTimeout(POLL_MS);
  },
);

const MANY = 500;
const TURNS = 300;

test(`${MANY} sessions open and close at once, and the sets are empty`, { skip, timeout }, async (t) => {
  const { server, client } = office(t);
  const limits = { maxSessionsPerAddress: MANY };
  const events = await ServerProcess.start(server, { ...OPTIONS, limits });
  const clients = await Promise.all(Array.from({ length: MANY }, () => login(client, 4, 'anonymous')));
  const began = performance.now();
  const ports = await Promise.all(clients.map(passivePort));
  t.diagnostic(`${MANY} EPSV at once: ${(performance.now() - began).toFixed(0)} ms`);
  assert.equal(new Set(ports).size, MANY);
  assert.equal((await holes(server)).length, MANY);
  await Promise.all(
    clients.map(async (raw, index) => {
      if (index % 4 === 0) return raw.destroy();
      if (index % 4 === 1) await raw.command('ABOR', 226);
      const way = index % 4 === 2 ? 'EPRT' : 'EPSV';
      assert.equal(String(await raw.download('RETR a.txt', way)), CONTENT);
      await passivePort(raw);
      await raw.quit();
    }),
  );
  await untilClosed(server);
  assert.equal(server.counted(DROPPED), 0);
  assert.equal(events.children.length, 1);
});

test('what a killed server has left open is closed when it starts again', { skip, timeout }, async (t) => {
  const { server, client } = office(t);
  const first = await ServerProcess.start(server, OPTIONS);
  const port = await passivePort(await login(client));
  await first.kill();
  assert.deepEqual(await holes(server), [`passive4 ${CLIENT[4]} ${port}`]);
  await ServerProcess.start(server, OPTIONS);
  assert.deepEqual(await holes(server), []);
});

test('nft is killed again and again under load: each transfer works', { skip, timeout }, async (t) => {
  const { server, client } = office(t);
  const events = await ServerProcess.start(server, OPTIONS);
  const transfers = Promise.all(
    Array.from({ length: 8 }, async () => {
      const raw = await login(client);
      for (let turn = 0; turn < 25; turn += 1)
        assert.equal(String(await raw.download('RETR a.txt', turn % 2 === 0 ? 'EPSV' : 'EPRT')), CONTENT);
    }),
  );
  let kills = 0;
  for (let opened = 10; opened <= 190; opened += 10) {
    await Promise.race([events.untilData('open', opened), transfers]);
    for (const pid of events.children) if (kill(pid, 'SIGKILL')) kills += 1;
  }
  await transfers;
  t.diagnostic(`killed ${kills} times`);
  assert.ok(kills > 1);
  await untilClosed(server);
});

test('an nft that does not answer is replaced', { skip, timeout }, async (t) => {
  const { server, client } = office(t);
  const events = await ServerProcess.start(server, { ...OPTIONS, nftables: { answerMs: 300 } });
  const [nft] = events.children;
  assert.ok(nft !== undefined && kill(nft, 'SIGSTOP'));
  const raw = await login(client);
  assert.equal(String(await raw.download('RETR a.txt')), CONTENT);
  assert.match((await events.untilWarned('late')).join(), /300 ms/);
  assert.ok(!events.children.includes(nft));
});

test('without its sets every way is answered 425, and with them all is well again', { skip, timeout }, async (t) => {
  const { server, client } = office(t);
  const events = await ServerProcess.start(server, OPTIONS);
  const raw = await login(client);
  server.nft('delete table inet twinport_ftp');
  for (const verb of ['EPSV', 'PASV', 'LPSV']) {
    const reply = await raw.command(verb, 425);
    assert.equal(reply.lines.join(), 'The firewall did not open for the data connection, try again later');
  }
  await raw.data('PORT');
  await raw.command('RETR a.txt', 150);
  await raw.expect(425);
  assert.match((await events.untilData('failed', 4)).at(-1)?.reason ?? '', /No such file or directory/);
  server.nft(RULES);
  for (const way of ['EPSV', 'PORT'] as const) assert.equal(String(await raw.download('RETR a.txt', way)), CONTENT);
});

test('more pinholes than may be open: 425, until one is closed', { skip, timeout }, async (t) => {
  const { server, client } = office(t);
  await ServerProcess.start(server, { ...OPTIONS, nftables: { maxOpen: 1 } });
  const [one, other] = [await login(client), await login(client)];
  await passivePort(one);
  await other.command('EPSV', 425);
  await one.command('ABOR', 226);
  assert.equal(String(await other.download('RETR a.txt')), CONTENT);
});

for (const way of ['EPSV', 'EPRT'] as const) {
  test(`what a pinhole costs a transfer of a small file, ${way}`, { skip, timeout }, async (t) => {
    const { server, client } = office(t);
    const { nftables, ...without } = OPTIONS;
    const medians: number[] = [];
    for (const options of [without, { ...without, nftables: nftables ?? {} }]) {
      server.nft(options === without ? 'delete table inet twinport_ftp' : RULES);
      const serving = await ServerProcess.start(server, options);
      const raw = await login(client);
      const times: number[] = [];
      for (let turn = 0; turn < TURNS; turn += 1) {
        const began = performance.now();
        assert.equal(String(await raw.download('RETR a.txt', way)), CONTENT);
        times.push(performance.now() - began);
      }
      medians.push(times.toSorted((a, b) => a - b)[TURNS / 2] ?? 0);
      await serving.end();
    }
    const [plain = 0, opened = 0] = medians;
    t.diagnostic(
      `${plain.toFixed(2)} ms, with pinholes ${opened.toFixed(2)} ms: ${(opened - plain).toFixed(2)} ms more (median of ${TURNS})`,
    );
  });
}

function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // it has ended by itself
  }
}
