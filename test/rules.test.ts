import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CliProcess, type CliResult } from './kit/cli-process.js';
import { ServeProcess } from './kit/serve-process.js';
import { temporaryFolder } from './kit/temporary-folder.js';

async function run(t: TestContext, args: readonly string[], stdin = ''): Promise<CliResult> {
  return await new CliProcess(t, args, { stdin }).end();
}

async function ok(t: TestContext, ...args: readonly string[]): Promise<CliResult> {
  const result = await run(t, args);
  assert.equal(result.code, 0, result.stderr);
  return result;
}

test('rules: one file goes to stdout as it is, what is to be known to stderr', async (t) => {
  const { stdout, stderr } = await ok(t, 'rules', 'nftables', '--passive-ports', '50000-50009', '--helper', '--tls');
  assert.match(stdout, /^# .*\ntable inet twinport_ftp\n/);
  assert.match(stdout, /ct helper set/);
  assert.doesNotMatch(stdout, /50000/);
  assert.match(stderr, /^control +server port 21, TLS after AUTH$/m);
  assert.match(stderr, /^warning: sessions inside TLS get no data connection/m);
  assert.match(stderr, /^load ftp\.nft: nft -f ftp\.nft$/m);
  assert.equal((await ok(t, 'rules', 'nftables', '-q')).stderr, '');
});

test('rules --config: the ports are those of the server’s file, options win', async (t) => {
  const file = join(await temporaryFolder(t), 'twinport.toml');
  const toml = 'port = 2121\npassive.ports = "40000-40009"\npublicAddress = "203.0.113.2"\n[tls]\nselfSigned = true\n';
  await writeFile(file, toml);
  const { plan } = JSON.parse((await ok(t, 'rules', 'aws', '--config', file, '--json')).stdout);
  const passive = { first: 40_000, last: 40_009 };
  assert.deepEqual(plan, { control: 2121, passive, active: 2120, announced: '203.0.113.2', tls: 'explicit' });
  const { stdout } = await ok(t, 'rules', 'nftables', '--config', file, '--passive-ports', '41000-41001');
  assert.match(stdout, /dport 2121 [^]*dport 41000-41001 /);
  await writeFile(file, 'port = 2121\n');
  assert.match((await ok(t, 'rules', 'nftables', '--config', file)).stderr, /warning: .*1024-65535 are open/);
});

test('rules --config: where the server opens pinholes, no range is open', async (t) => {
  const file = join(await temporaryFolder(t), 'twinport.toml');
  const toml = 'passive.ports = "40000-40009"\n[firewall]\npinholes = "nftables"\n';
  await writeFile(file, toml);
  const { stdout } = await ok(t, 'rules', 'nftables', '--config', file);
  assert.match(stdout, /tcp dport @passive4/);
  assert.doesNotMatch(stdout, /40000/);
  const router = ['--role', 'router', '--client-interface', 'wan', '--server-interface', 'lan'];
  assert.match((await ok(t, 'rules', 'nftables', '--config', file, ...router)).stdout, /tcp dport 40000-40009/);
  assert.match((await ok(t, 'rules', 'nftables', '--config', file, '--range')).stdout, /tcp dport 40000-40009/);
  await writeFile(file, `${toml}table = "filter"\n`);
  const refused = await run(t, ['rules', 'nftables', '--config', file]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /own table filter: twinport serve says what belongs there/);
});

test('rules URL: asks the server; of its range it shows one port, and that is said', async (t) => {
  const options = ['--host', '127.0.0.1', '--port', '0', '--passive-ports', '47000-47009', '--tls', 'self-signed'];
  const serve = new ServeProcess(t, [...options, '--public-address', '203.0.113.7'], {
    XDG_STATE_HOME: await temporaryFolder(t),
  });
  const [, url = '', port] = await serve.printed(/^listening (ftp:\/\/127\.0\.0\.1:(\d+))$/m);
  const { stdout } = await ok(t, 'rules', 'docker', url, '--json');
  const { plan, warnings } = JSON.parse(stdout);
  assert.equal(plan.control, Number(port));
  assert.equal(plan.announced, '203.0.113.7');
  assert.equal(plan.tls, 'explicit');
  assert.equal(plan.passive.first, plan.passive.last);
  assert.ok(plan.passive.first >= 47_000 && plan.passive.last <= 47_009);
  assert.match(warnings[0], /one of its passive range/);
  const told = JSON.parse((await ok(t, 'rules', 'docker', url, '--json', '--passive-ports', '47000-47009')).stdout);
  assert.deepEqual(told.plan.passive, { first: 47_000, last: 47_009 });

  const refused = await run(t, ['rules', 'docker', 'ftp://127.0.0.1:1']);
  assert.deepEqual([refused.code, refused.stdout], [7, '']);
});

test('rules --output writes every file, --undo what removes them, --json both with how they are loaded', async (t) => {
  const folder = join(await temporaryFolder(t), 'new');
  assert.equal((await ok(t, 'rules', 'iptables', '--output', folder)).stdout, '');
  assert.deepEqual((await readdir(folder)).toSorted(), ['ftp-v4.sh', 'ftp-v6.sh']);
  assert.match(await readFile(join(folder, 'ftp-v6.sh'), 'utf8'), /-p ipv6-icmp -j ACCEPT/);
  const { stdout } = await ok(t, 'rules', 'iptables', '--undo');
  assert.match(stdout, /^# ---- undo-v4\.sh, loaded by: sh undo-v4\.sh\nset -e\niptables -w -S INPUT/);
  const { texts, exitCode } = JSON.parse((await ok(t, 'rules', 'iptables', '--undo', '--json')).stdout);
  assert.equal(exitCode, 0);
  assert.deepEqual(
    texts.map(({ name, load }: { readonly name: string; readonly load: string }) => `${name} ${load}`),
    ['undo-v4.sh sh undo-v4.sh', 'undo-v6.sh sh undo-v6.sh'],
  );
});

test('rules: what cannot work is exit code 2, with the reason and no rules', async (t) => {
  const cases: readonly (readonly [args: string, said: RegExp])[] = [
    ['nftables --helper --public-address 203.0.113.2', /helper ignores a 227/],
    ['nftables --passive-ports 50000-50009 --sessions 11', /has 10 ports, and 11 sessions/],
    ['nftables --role router', /--client-interface and --server-interface/],
    ['aws --helper', /reads no commands/],
    ['smoke', /smoke/],
    ['nftables --keep 22,x', /port/],
    ['nftables --source here', /network/],
    ['nftables --server-address 10.0.0.1;accept', /no IPv4 address/],
  ];
  for (const [args, said] of cases) {
    const { code, stdout, stderr } = await run(t, ['rules', ...args.split(' ')]);
    assert.deepEqual([code, stdout], [2, ''], args);
    assert.match(stderr, said, args);
  }
});

const CHECKED = `# Generated by iptables-save v1.8.9
*filter
:INPUT DROP [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m multiport --dports 21,50000:50100 -j ACCEPT
COMMIT
`;

test('rules check: exit code 0 when nothing is found, 1 when something is, 2 for what is no ruleset', async (t) => {
  const check = ['rules', 'check', '-', '--family', 'ipv4'];
  const fine = await run(t, check, CHECKED);
  assert.deepEqual([fine.code, fine.stdout], [0, '']);
  const found = await run(t, [...check, '--passive-ports', '50000-50200'], CHECKED);
  assert.equal(found.code, 1);
  assert.match(found.stdout, /^missing +RANGE_DROP .*stopped: 50200\)/);
  const diff = await run(t, [...check, '--diff', '--passive-ports', '50000-50050'], CHECKED);
  assert.match(
    diff.stdout,
    /^- iptables -t filter -D INPUT -p tcp -m multiport --dports 21,50000:50100 -j ACCEPT {4}# /m,
  );
  assert.match(diff.stdout, /^\+ iptables -I INPUT -p tcp --sport 1024:65535 --dport 50000:50050 /m);
  const json = JSON.parse((await run(t, [...check, '--json', '--port', '990'], CHECKED)).stdout);
  assert.deepEqual([json.exitCode, json.language, json.findings[0].code], [1, 'iptables', 'CONTROL_BLOCKED']);
  for (const args of [check, ['rules', 'check', '/nonexistent']]) assert.equal((await run(t, args, 'x')).code, 2);
});

test('rules check: IPv4 rules alone say nothing of IPv6', async (t) => {
  const { code, stdout } = await run(t, ['rules', 'check', '-'], CHECKED);
  assert.equal(code, 1);
  assert.match(stdout, /V6_RULE_MISSING/);
});

test('simulate: a row a way, then each cause once: what is seen, where it stops, why, what to do', async (t) => {
  const path = ['--server-nat', '--client-firewall', 'helper', '--server-firewall', 'helper'];
  const { stdout } = await ok(t, 'simulate', ...path, '--announce', '203.0.113.2', '--tls');
  assert.match(stdout, /^PASV +plain +refused +HELPER_VS_PASVADDR$/m);
  assert.match(stdout, /^EPSV +plain +ok$/m);
  assert.match(stdout, /^EPSV +TLS +timeout +HELPER_TLS$/m);
  assert.equal(stdout.match(/^HELPER_TLS$/gm)?.length, 1);
  assert.match(stdout, /^ {2}stopped +step \d+, CLIENT FIREWALL: /m);
  assert.match(stdout, /^ {2}fix +let TCP out, at the client’s firewall, to ports 50000-50100/m);
});

test('simulate --json: the plan, the path, and every step of every way', async (t) => {
  const args = ['--client-nat', '--server-firewall', 'pinholes', '--passive-ports', '40000-40009', '--tls', '--json'];
  const { plan, path, predictions } = JSON.parse((await ok(t, 'simulate', ...args)).stdout);
  assert.deepEqual(plan.passive, { first: 40_000, last: 40_009 });
  assert.deepEqual([path.clientNat, path.serverFirewall], [true, { pinholes: true }]);
  assert.equal(predictions.length, 10);
  const byWay = new Map(predictions.map((each: { way: string; tls: boolean }) => [`${each.way} ${each.tls}`, each]));
  assert.equal((byWay.get('EPSV true') as { outcome: string }).outcome, 'ok');
  const port = byWay.get('PORT true') as { outcome: string; cause: string; steps: readonly object[] };
  assert.deepEqual([port.outcome, port.cause], ['500', 'ACTIVE_NAT']);
  assert.ok(port.steps.length > 2);
});

test('simulate: pinholes are for the server’s side only', async (t) => {
  assert.equal((await run(t, ['simulate', '--client-firewall', 'pinholes'])).code, 2);
});
