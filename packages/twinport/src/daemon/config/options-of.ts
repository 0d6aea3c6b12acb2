import { parsePortRange } from '@twinport/ftp/server';
import type { ServeOptions, SourceOptions } from '../serve-options.js';
import type { Draft } from './shape.js';

/** What a server is started with. The draft must be without flaws. */
export function optionsOf({ passive, user, accounts, tls, firewall, limits, ...same }: Draft): ServeOptions {
  const { ports, share, advertisedPorts } = passive ?? {};
  return {
    ...same,
    passivePorts: ports === undefined ? undefined : parsePortRange(ports),
    sharePassivePorts: share,
    advertisedPorts: advertisedPorts === undefined ? undefined : parsePortRange(advertisedPorts),
    users: user?.map(({ name = '', readOnly = false, ...each }) => ({ name, readOnly, ...each })),
    accountSources: accounts && sourcesOf(accounts),
    tls: tlsOf(tls),
    requireTls: tls?.required,
    tlsReuse: tls?.dataSessionReuse,
    requireCloseNotify: tls?.requireCloseNotify,
    pinholes: pinholesOf(firewall),
    limits,
  };
}

function tlsOf({ selfSigned, certificate, key }: Draft['tls'] = {}): ServeOptions['tls'] {
  if (selfSigned) return { kind: 'self-signed' };
  return certificate === undefined || key === undefined ? undefined : { kind: 'files', cert: certificate, key };
}

function pinholesOf({ pinholes, ...rest }: Draft['firewall'] = {}): ServeOptions['pinholes'] {
  return pinholes === undefined ? undefined : rest;
}

/** In the order in which they are asked. */
function sourcesOf({ database, system, pamService, program, url }: NonNullable<Draft['accounts']>): SourceOptions[] {
  return [
    ...(database === undefined ? [] : [{ kind: 'database', url: database } as const]),
    ...(system ? [{ kind: 'system', ...(pamService !== undefined && { pamService }) } as const] : []),
    ...(program === undefined ? [] : [{ kind: 'program', path: program } as const]),
    ...(url === undefined ? [] : [{ kind: 'http', url } as const]),
  ];
}
