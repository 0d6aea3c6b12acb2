// `serve --public-address detect`, beside a server that answers as the metadata service of a cloud does, in a network namespace.
import assert from 'node:assert/strict';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { missingNamespaces, Network, type Namespace } from './kit/namespace.js';
import { ServeProcess } from './kit/serve-process.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const METADATA = '169.254.169.254';
const PUBLIC = '203.0.113.7';
const skip = missingNamespaces();
const timeout = 30_000;

/** What a cloud answers to a request: a status and a text. */
type Cloud = (request: IncomingMessage) => readonly [status: number, text: string];

const only =
  (path: string, headers: Readonly<Record<string, string>> = {}): Cloud =>
  ({ method, url, headers: sent }) => {
    if (method !== 'GET' || url !== path) return [404, '<html>no such thing</html>'];
    return Object.entries(headers).every(([name, value]) => sent[name] === value) ? [200, PUBLIC] : [403, 'no'];
  };

const CLOUDS: Readonly<Record<string, Cloud>> = {
  AWS: (request) => {
    const isToken = request.method === 'PUT' && request.headers['x-aws-ec2-metadata-token-ttl-seconds'] !== undefined;
    if (isToken && request.url === '/latest/api/token') return [200, 'the-token'];
    return only('/latest/meta-data/public-ipv4', { 'x-aws-ec2-metadata-token': 'the-token' })(request);
  },
  'Google Cloud': only('/computeMetadata/v1/instance/network-interfaces/0/access-configs/0/external-ip', {
    'metadata-flavor': 'Google',
  }),
  Azure: only(
    '/metadata/instance/network/interface/0/ipv4/ipAddress/0/publicIpAddress?api-version=2021-02-01&format=text',
    { metadata: 'true' },
  ),
  Hetzner: only('/hetzner/v1/metadata/public-ipv4'),
  DigitalOcean: only('/metadata/v1/interfaces/public/0/ipv4/address'),
};

/** A host with one interface, and its default route. */
function routed(network: Network): Namespace {
  const [server, gateway] = [network.host('server'), network.host('gateway')];
  network.cable([server, gateway], [['10.9.0.2/24'], ['10.9.0.1/24']]);
  server.ip('route', 'add', 'default', 'via', '10.9.0.1');
  return server;
}

async function answerAs(t: TestContext, host: Namespace, cloud: Cloud): Promise<void> {
  host.ip('addr', 'add', `${METADATA}/32`, 'dev', 'lo');
  const http = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [status, text] = cloud(request);
    response.writeHead(status, { connection: 'close' }).end(text);
  });
  t.after(() => http.closeAllConnections());
  (await host.listen(METADATA, 80)).on('connection', (socket) => http.emit('connection', socket));
}

async function serve(t: TestContext, host: Namespace, env: NodeJS.ProcessEnv = {}): Promise<ServeProcess> {
  const args = [await temporaryFolder(t), '--port', '2121', '--public-address', 'detect'];
  return new ServeProcess(t, args, env, host.wrapper);
}

for (const [name, cloud] of Object.entries(CLOUDS)) {
  test(`detect finds the public address that ${name} tells, and says so`, { skip, timeout }, async (t) => {
    const host = routed(new Network(t));
    await answerAs(t, host, cloud);
    const server = await serve(t, host);
    await server.printed(new RegExp(`announced as ${PUBLIC}`));
    await server.logged(new RegExp(`public address ${PUBLIC}, from ${name}, http://${METADATA}`));
  });
}

test('a cloud that answers without an address is none', { skip, timeout }, async (t) => {
  const host = routed(new Network(t));
  await answerAs(t, host, () => [200, '<html>Welcome to the captive portal</html>']);
  const server = await serve(t, host);
  await server.logged(/public address 10\.9\.0\.2, from the interface that the default route leaves by/);
});

test('outside of clouds detect finds what the cluster tells', { skip, timeout }, async (t) => {
  const host = routed(new Network(t));
  const server = await serve(t, host, { HOST_IP: '198.51.100.4' });
  await server.logged(/public address 198\.51\.100\.4, from HOST_IP/);
});

test('where nothing tells an address the server does not start', { skip, timeout }, async (t) => {
  const server = await serve(t, new Network(t).host('alone'));
  assert.equal(await server.exit(), 2);
  assert.match(server.stderr, /no cloud, no cluster and no route tells an IPv4 address/);
});
