import { createSocket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { UsageFault } from './usage-fault.js';

/** Clouds answer within milliseconds, and elsewhere nobody does. */
const ANSWER_MS = 1_000;
const METADATA = 'http://169.254.169.254';
/** Documentation addresses (RFC 5737) lead where the rest of the world is. */
const ELSEWHERE = '192.0.2.1';

export interface DetectedAddress {
  readonly address: string;
  /** Where it was found, in words. */
  readonly source: string;
}

/** The address by which this machine is known elsewhere, by what its cloud, its cluster or itself says. Throws UsageFault when it has none. */
export async function detectAddress(env: NodeJS.ProcessEnv = process.env): Promise<DetectedAddress> {
  const found = (await ofCloud()) ?? ofCluster(env) ?? (await ofInterface());
  if (!found)
    throw new UsageFault(
      'publicAddress detect: no cloud, no cluster and no route tells an IPv4 address: write the address that clients dial',
    );
  return found;
}

interface Cloud {
  readonly name: string;
  readonly path: string;
  readonly headers?: (signal: AbortSignal) => Promise<Record<string, string>>;
}

const CLOUDS: readonly Cloud[] = [
  { name: 'AWS', path: '/latest/meta-data/public-ipv4', headers: awsToken },
  {
    name: 'Google Cloud',
    path: '/computeMetadata/v1/instance/network-interfaces/0/access-configs/0/external-ip',
    headers: () => Promise.resolve({ 'Metadata-Flavor': 'Google' }),
  },
  {
    name: 'Azure',
    path: '/metadata/instance/network/interface/0/ipv4/ipAddress/0/publicIpAddress?api-version=2021-02-01&format=text',
    headers: () => Promise.resolve({ Metadata: 'true' }),
  },
  { name: 'Hetzner', path: '/hetzner/v1/metadata/public-ipv4' },
  { name: 'DigitalOcean', path: '/metadata/v1/interfaces/public/0/ipv4/address' },
];

/** IMDSv2: who cannot send PUT is told nothing. */
async function awsToken(signal: AbortSignal): Promise<Record<string, string>> {
  const headers = { 'X-aws-ec2-metadata-token-ttl-seconds': '60' };
  const token = await answerOf('/latest/api/token', { method: 'PUT', headers, signal });
  return token === undefined ? {} : { 'X-aws-ec2-metadata-token': token };
}

async function ofCloud(): Promise<DetectedAddress | undefined> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const answers = await Promise.all(
    CLOUDS.map(async ({ name, path, headers }) => {
      const address = await answerOf(path, { headers: (await headers?.(signal)) ?? {}, signal });
      return address !== undefined && isIPv4(address) ? { address, source: `${name}, ${METADATA}` } : undefined;
    }),
  );
  return answers.find((answer) => answer !== undefined);
}

async function answerOf(path: string, request: RequestInit): Promise<string | undefined> {
  try {
    const response = await fetch(METADATA + path, { ...request, redirect: 'error' });
    return response.ok ? (await response.text()).trim() : undefined;
  } catch {
    return undefined; // not this cloud, or none
  }
}

/** Kubernetes tells a pod the address of its node where the manifest has it do so (downward API, status.hostIP). */
function ofCluster({ HOST_IP: address }: NodeJS.ProcessEnv): DetectedAddress | undefined {
  return address !== undefined && isIPv4(address) ? { address, source: 'HOST_IP in the environment' } : undefined;
}

/** What this machine sends from. Nothing is sent to find that out. */
function ofInterface(): Promise<DetectedAddress | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (found?: DetectedAddress): void => {
      socket.close();
      resolve(found);
    };
    const source = 'the interface that the default route leaves by';
    socket.once('error', () => end());
    socket.once('connect', () => end({ address: socket.address().address, source }));
    socket.connect(9, ELSEWHERE);
  });
}
