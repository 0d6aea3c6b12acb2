import { isIP, isIPv4 } from 'node:net';
import { isNetwork } from '@twinport/ftp/protocol';
import { parsePortRange } from '@twinport/ftp/server';
import { type Draft, type Flaw, nameOf } from './shape.js';

const IMPLICIT_TLS_PORT = 990;
/** RFC 1123 §2.1, and a name of another machine on the same network. */
const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9])?)*\.?$/;
const ANONYMOUS_NAMES: ReadonlySet<string> = new Set(['anonymous', 'ftp']);

/** Settings that are possible each, and not together. */
export function inconsistencies(draft: Draft): readonly Flaw[] {
  return [
    ...ports(draft),
    ...passivePorts(draft),
    ...addresses(draft),
    ...tls(draft),
    ...firewall(draft),
    ...accountSources(draft),
    ...users(draft),
  ];
}

function* ports({ port, activePort, passive }: Draft): Generator<Flaw> {
  const range = passive?.ports === undefined ? undefined : parsePortRange(passive.ports);
  const isInRange = (each: number | string | undefined): boolean =>
    range !== undefined && typeof each === 'number' && each >= range.first && each <= range.last;
  const beyond = 'write a range without it, such as "50000-50100"';
  if (isInRange(port))
    yield {
      path: ['passive', 'ports'],
      what: `passive.ports = "${passive?.ports}" holds the control port ${port}: ${beyond}`,
    };
  if (isInRange(activePort))
    yield {
      path: ['activePort'],
      what: `activePort = ${activePort} is one of passive.ports: write one outside of ${passive?.ports}, or "any"`,
    };
  if (port !== undefined && port !== 0 && activePort === port)
    yield { path: ['activePort'], what: `activePort = ${port} is the control port: write ${port - 1}, or "any"` };
}

function* passivePorts({ passive: { ports: listened, share, advertisedPorts } = {} }: Draft): Generator<Flaw> {
  if (share && listened === undefined)
    yield {
      path: ['passive', 'share'],
      what: 'passive.share needs passive.ports: write ports = "FIRST-LAST" beside it',
      lacking: ['passive'],
    };
  const range = parsePortRange(advertisedPorts ?? '');
  if (!range) return;
  const own = parsePortRange(listened ?? '');
  if (!own)
    yield {
      path: ['passive', 'advertisedPorts'],
      what: 'passive.advertisedPorts stand for passive.ports: write ports = "FIRST-LAST" beside it',
      lacking: ['passive'],
    };
  else if (own.last - own.first !== range.last - range.first)
    yield {
      path: ['passive', 'advertisedPorts'],
      what: `passive.advertisedPorts = "${advertisedPorts}" are not as many as passive.ports: write "${range.first}-${range.first + own.last - own.first}"`,
    };
}

function* addresses({ host, publicAddress }: Draft): Generator<Flaw> {
  if (host !== undefined && !isHost(host.replace(/^\[(.*)\]$/, '$1')))
    yield {
      path: ['host'],
      what: `host = "${host}" is neither an address nor a name: write one without port and network, such as "192.0.2.1"`,
    };
  if (typeof publicAddress === 'string') yield* unreachable(publicAddress, ['publicAddress']);
  for (const [network, address] of typeof publicAddress === 'object' ? Object.entries(publicAddress) : []) {
    const path = ['publicAddress', network];
    if (network !== 'default' && !isNetwork(network))
      yield { path, what: `${nameOf(path)} is no network of clients: write "10.0.0.0/8", say, or default` };
    yield* unreachable(address, path);
  }
}

function* unreachable(address: string, path: Flaw['path']): Generator<Flaw> {
  if (isIPv4(address) ? address.startsWith('0.') : isIP(address) !== 0 || !isHost(address))
    yield {
      path,
      what: `${nameOf(path)} = "${address}" is not an IPv4 address that clients can reach, nor a name: write one, such as "203.0.113.7"`,
    };
}

/** Nothing that consists of digits and dots is a name. */
function isHost(text: string): boolean {
  return isIP(text) !== 0 || (HOST_NAME.test(text) && !/^[\d.]+$/.test(text));
}

function* tls({ port, tls: table = {} }: Draft): Generator<Flaw> {
  const { certificate, key, selfSigned, required, dataSessionReuse } = table;
  const files = [certificate, key].filter((each) => each !== undefined).length;
  if (files === 1) {
    const [there, missing] = certificate === undefined ? ['key', 'certificate'] : ['certificate', 'key'];
    yield {
      path: ['tls', there],
      what: `tls.${there} goes with tls.${missing}: write ${missing} = "FILE" beside it`,
      lacking: ['tls'],
    };
  }
  if (selfSigned && files > 0)
    yield {
      path: ['tls', 'selfSigned'],
      what: 'tls.selfSigned = true excludes tls.certificate and tls.key: take it out, or them',
    };
  if (selfSigned || files > 0) return;
  const add =
    'write certificate and key, or selfSigned = true, under [tls] (as options: --tls CERT,KEY or --tls self-signed)';
  if (required)
    yield { path: ['tls', 'required'], what: `TLS is required and there is no certificate: ${add}`, lacking: ['tls'] };
  if (dataSessionReuse === 'require')
    yield {
      path: ['tls', 'dataSessionReuse'],
      what: `TLS sessions cannot be resumed without a certificate: ${add}`,
      lacking: ['tls'],
    };
  if (port === IMPLICIT_TLS_PORT)
    yield {
      path: ['port'],
      what: `port 990 is for TLS from the first byte, and there is no certificate: ${add}`,
      lacking: ['tls'],
    };
}

function* firewall({ firewall: table }: Draft): Generator<Flaw> {
  if (!table || table.pinholes !== undefined) return;
  for (const key of Object.keys(table))
    yield {
      path: ['firewall', key],
      what: `firewall.${key} does nothing by itself: write pinholes = "nftables" beside it`,
      lacking: ['firewall'],
    };
}

function* accountSources({ accounts = {} }: Draft): Generator<Flaw> {
  if (accounts.pamService !== undefined && !accounts.system)
    yield {
      path: ['accounts', 'pamService'],
      what: 'accounts.pamService does nothing by itself: write system = true beside it',
      lacking: ['accounts'],
    };
}

function* users({ user = [], accounts = {}, anonymous }: Draft): Generator<Flaw> {
  if (anonymous === false && user.length === 0 && Object.keys(accounts).length === 0)
    yield {
      path: ['anonymous'],
      what: 'anonymous = false and there is no [[user]], so nobody can log in: add one, or write true',
      lacking: [],
    };
  const indexes = new Map<string, number>();
  for (const [index, { name, password, passwordHash }] of user.entries()) {
    const at = (key: string): Flaw['path'] => ['user', index, key];
    if (password !== undefined && passwordHash !== undefined)
      yield {
        path: at('password'),
        what: `${nameOf(['user', index])} has both password and passwordHash: take one out`,
      };
    if (password === undefined && passwordHash === undefined)
      yield {
        path: at('password'),
        what: `${nameOf(['user', index])} has no password: write password or passwordHash = "…" in it`,
        lacking: ['user', index],
      };
    if (name === undefined) continue;
    const twin = indexes.get(name);
    if (twin !== undefined)
      yield {
        path: at('name'),
        what: `the user ${name} is there twice: take out [[user]] ${twin + 1} or ${index + 1}, or rename one`,
      };
    indexes.set(name, twin ?? index);
    if ((anonymous ?? false) && ANONYMOUS_NAMES.has(name.toLowerCase()))
      yield {
        path: at('name'),
        what: `the name ${name} belongs to anonymous users: write another, or anonymous = false`,
      };
  }
}
