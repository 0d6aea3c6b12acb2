// Rules for targets that do not run here, read by the programs they are for, or by what those programs read them with.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  DEFAULT_PLAN,
  FIREWALL_KINDS,
  type RuleSet,
  type RulesRequest,
  type RulesTarget,
  checkRuleset,
  parseRuleset,
  renderRules,
} from '@twinport/ftp/firewall';
import { Network, missingNamespaces } from './kit/namespace.js';
import { missing, optional, recordMissing } from './kit/peers.js';
import { type RunOptions, runProgram } from './kit/run-program.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const SERVER: RulesRequest = {
  plan: { ...DEFAULT_PLAN, passive: { first: 50_000, last: 50_009 }, tls: 'explicit' },
  role: 'server',
  features: { ...FIREWALL_KINDS.range, outward: true },
  server: { ipv4: '10.20.0.2' },
};
const ACTIVE: RulesRequest = { ...SERVER, features: FIREWALL_KINDS['range+active'] };
const FROM_SOME: RulesRequest = { ...SERVER, sources: ['192.0.2.0/24', '2001:db8::/32'] };
const HELPER: RulesRequest = { ...SERVER, features: { ...FIREWALL_KINDS['helper+range'], outward: true } };
const CLIENT: RulesRequest = { ...HELPER, role: 'client' };
const OTHER_PORT: RulesRequest = { ...HELPER, plan: { ...HELPER.plan, control: 2121 } };

async function written(t: TestContext, { texts, undo }: RuleSet): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const { name, text } of [...texts, ...undo]) writeFileSync(join(folder, name), text);
  return folder;
}

async function shell(folder: string, script: string, options: RunOptions = {}): Promise<string> {
  return (await runProgram('bash', ['-euc', script], { cwd: folder, ...options })).toString();
}

/** Puts a program of that name before all others. */
function shadow(folder: string, name: string, script: string): Readonly<Record<string, string>> {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
}

test(
  'firewalld: its offline command takes all of them, and undoing leaves the zone as before',
  { skip: missing('firewall-offline-cmd') },
  async (t) => {
    for (const request of [FROM_SOME, OTHER_PORT, CLIENT]) {
      const rules = renderRules('firewalld', request);
      const folder = await written(t, rules);
      const command = `for each; do shift; case $each in --permanent) ;; --reload) exit 0 ;; *) set -- "$@" "$each" ;; esac; done
exec firewall-offline-cmd --system-config ${folder}/etc "$@"`;
      const env = shadow(folder, 'firewall-cmd', command);
      const all =
        'firewall-offline-cmd --system-config etc --list-all; firewall-offline-cmd --system-config etc --list-all-policies';
      const before = await shell(folder, `mkdir etc && touch etc/firewalld.conf && ${all}`, { env });
      await shell(folder, rules.texts.map(({ load }) => load).join('\n'), { env });
      await shell(folder, 'firewall-offline-cmd --system-config etc --check-config', { env });
      const service = await shell(folder, 'firewall-offline-cmd --system-config etc --info-service twinport-ftp', {
        env,
      });
      if (request.role === 'server')
        assert.match(service, new RegExp(`ports: ${request.plan.control}/tcp 50000-50009/tcp`));
      if (request.features.helper) assert.match(service, /helpers: \S+/);
      const loaded = await shell(folder, all, { env });
      assert.notEqual(loaded, before);
      await shell(folder, rules.texts.map(({ load }) => load).join('\n'), { env });
      assert.equal(await shell(folder, all, { env }), loaded);
      await shell(folder, 'sh undo.sh', { env });
      assert.equal(await shell(folder, all, { env }), before);
    }
  },
);

test(
  'ufw: loads them for real; FTP gets through, and undoing leaves its files as before',
  { skip: missingNamespaces() || missing('ufw') },
  async (t) => {
    const host = new Network(t).host('ufw');
    for (const request of [SERVER, FROM_SOME, HELPER]) {
      const rules = renderRules('ufw', request);
      const folder = await written(t, rules);
      cpSync('/etc/ufw', join(folder, 'etc'), { recursive: true });
      const run = async (script: string): Promise<string> =>
        // Its files are changed in a copy.
        (await host.run('bash', '-euc', `cd ${folder}; mount --bind etc /etc/ufw; ${script}`)).toString();
      const files = 'cat /etc/ufw/user.rules /etc/ufw/user6.rules /etc/ufw/before.rules /etc/ufw/before6.rules';
      const before = await run(`ufw --force enable >&2; ${files}`);
      const load = rules.texts.map(({ load: command }) => command).join('\n');
      await run(load);
      const loaded = await run(files);
      await run(load);
      assert.equal(await run(files), loaded);
      const found = checkRuleset(parseRuleset(await run('iptables-save; ip6tables-save')), request);
      // ufw lets in what is RELATED on every port, as its helper's rules say.
      assert.deepEqual(
        found.filter(({ code }) => code !== 'RELATED_ANY_PORT'),
        [],
      );
      await run('sh undo.sh');
      assert.equal(await run(files), before);
      await run('ufw --force disable');
    }
  },
);

test('haproxy reads its configuration', { skip: missing('haproxy') }, async (t) => {
  for (const server of [{ ipv4: '10.20.0.2' }, { ipv6: '2001:db8::2' }]) {
    const folder = await written(t, renderRules('haproxy', { ...SERVER, server }));
    assert.match(await shell(folder, 'haproxy -c -f ftp.cfg'), /valid/);
  }
});

test(
  'docker: compose reads its file, and publishes each port to the same one',
  { skip: missing('docker-compose') },
  async (t) => {
    const folder = await written(t, renderRules('docker', SERVER));
    const config = await shell(folder, 'docker-compose -f compose.ftp.yaml config');
    for (const port of [21, 50_000, 50_009])
      assert.match(config, new RegExp(`published: ${port}\n +target: ${port}\n`));
  },
);

const KUBERNETES = `
import json, sys, types, yaml
from kubernetes import client
api = client.ApiClient()
for each in yaml.safe_load_all(sys.stdin):
    model = api.deserialize(types.SimpleNamespace(data=json.dumps(each)), 'V1' + each['kind'])
    # What a model does not know is not in it.
    assert api.sanitize_for_serialization(model) == each, each
    print(each['kind'])
`;

test('kubernetes: the API’s own models hold all that is written', { skip: missingKubernetes() }, async () => {
  for (const request of [SERVER, ACTIVE, FROM_SOME]) {
    const [yaml] = renderRules('kubernetes', request).texts;
    const kinds = await runProgram('/usr/bin/python3', ['-c', KUBERNETES], { stdin: yaml?.text ?? '' });
    assert.equal(kinds.toString(), 'Service\nNetworkPolicy\n');
  }
});

function missingKubernetes(): string | false {
  if (spawnSync('/usr/bin/python3', ['-c', 'import kubernetes, yaml']).status === 0) return false;
  recordMissing('python3-kubernetes');
  return 'python3-kubernetes is not installed (npm run peers)';
}

/** Nothing listens there: what gets that far has been taken for right. */
const AWS = {
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_DEFAULT_REGION: 'eu-central-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
  GROUP: 'sg-0123456789abcdef0',
};

test('aws: the command line takes all arguments, and fails only at connecting', { skip: missing('aws') }, async (t) => {
  for (const request of [ACTIVE, FROM_SOME]) {
    const rules = renderRules('aws', request);
    const folder = await written(t, rules);
    const real = (await shell(folder, 'command -v aws')).trim();
    const env = { ...AWS, ...shadow(folder, 'aws', `exec ${real} --endpoint-url http://127.0.0.1:1 "$@"`) };
    for (const { name, text } of [...rules.texts, ...rules.undo]) {
      const said = await shell(folder, `sh ${name} 2>&1 || true`, { env });
      assert.equal(said.match(/Could not connect to the endpoint URL/g)?.length, text.match(/^aws /gm)?.length, said);
      assert.doesNotMatch(said, /[Ii]nvalid|[Uu]nknown|[Ee]xpected/);
    }
  }
});

test(
  'aws-terraform: terraform parses the file, and would not write it otherwise',
  { skip: optional('terraform') },
  async (t) => {
    for (const request of [ACTIVE, FROM_SOME]) {
      const folder = await written(t, renderRules('aws-terraform', request));
      assert.equal(await shell(folder, 'terraform fmt -check -diff ftp.tf'), '');
    }
  },
);

test('gcp: gcloud takes all arguments, and fails only at authorization', { skip: optional('gcloud') }, async (t) => {
  const rules = renderRules('gcp', ACTIVE);
  const folder = await written(t, rules);
  const env = { CLOUDSDK_CONFIG: folder, CLOUDSDK_CORE_PROJECT: 'none', NETWORK: 'default' };
  const said = await shell(folder, 'sh ftp.sh 2>&1 || true', { env });
  const commands = rules.texts[0]?.text.match(/^gcloud /gm)?.length;
  assert.equal(said.match(/You do not currently have an active account selected/g)?.length, commands, said);
});

test('every script is one that a shell can read', async (t) => {
  const scripted: readonly RulesTarget[] = [
    'ufw',
    'firewalld',
    'aws',
    'gcp',
    'azure',
    'docker',
    'kubernetes',
    'haproxy',
  ];
  for (const target of scripted) {
    const rules = renderRules(target, SERVER);
    const folder = await written(t, rules);
    for (const { name } of [...rules.texts, ...rules.undo])
      if (name.endsWith('.sh')) await shell(folder, `sh -n ${name}`);
  }
});
