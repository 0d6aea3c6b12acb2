import { isPrivate } from '../../protocol/index.js';
import { CAUSES, includesPort } from '../rules/index.js';
import type { Entry } from './entry.js';
import type { LoginObservation, Observations, WayObservation } from './observations.js';
import {
  type FailedWay,
  brokenWays,
  failedLogins,
  failedTransfers,
  isActive,
  isBehindNat,
  isPassive,
  isSilent,
  otherAddress,
  refusedWays,
  saysOf,
  unopenedWays,
  worksInClear,
  worksToo,
} from './symptoms.js';

const passiveUnopened = (seen: Observations): readonly FailedWay[] => unopenedWays(seen).filter(isPassive);
const activeUnopened = (seen: Observations): readonly FailedWay[] => unopenedWays(seen).filter(isActive);
/** PASV ways whose 227 names an address like that, where the connection failed. */
const announcing = (seen: Observations, test: (host: string, way: WayObservation) => boolean): readonly FailedWay[] =>
  passiveUnopened(seen).filter((way) => {
    const host = otherAddress(way);
    return way.way === 'PASV' && host !== undefined && test(host, way);
  });
const LOOPBACK_OR_CONTAINER = /^(?:127\.|172\.17\.)/;
const isLinked = ({ logins }: Observations, family: 'ipv4' | 'ipv6'): boolean =>
  logins.some((login) => login.family === family && !login.failure);
const windows = (seen: Observations): boolean => seen.logins.some(({ system }) => /windows/i.test(system ?? ''));
const firstLogins = (logins: readonly LoginObservation[], test: RegExp): readonly LoginObservation[] =>
  logins.filter(({ failure }) => failure?.how === 'reply' && test.test(failure.text));

/** Nothing that can be seen from the client's place. */
const toldByRules = (): readonly [] => [];

const TLS_WORDS = /\b(?:tls|ssl|auth|secure|encrypt\w*|prot|protected)\b/i;
const PASSIVE_FIX = ['use passive mode (EPSV)'] as const;

/**
 * What can be wrong, a row each. A row that the model of firewalls knows has its words from there. The first row that explains a failure is
 * the one that is named, so special cases stand before general ones. docs/doctor.md is made of this table.
 */
export const KNOWLEDGE: readonly Entry[] = [
  // ---- the control connection
  {
    id: 'DNS_UNKNOWN',
    symptom: ({ name }) => (name.failure ? [name] : []),
    place: 'DNS',
    direction: 'none',
    why: 'The name of the server has no address.',
    fix: () => ['check the spelling of the host', 'check that names can be looked up here'],
    sure: 'certain',
  },
  {
    id: 'V6_RULE_MISSING',
    symptom: (seen) => [
      ...failedLogins(seen, 'connect').filter(
        ({ family, failure }) => family === 'ipv6' && failure.how === 'silence' && isLinked(seen, 'ipv4'),
      ),
      ...passiveUnopened(seen).filter(
        (way) =>
          way.family === 'ipv6' &&
          isSilent(way) &&
          seen.ways.some(
            (other) =>
              other.way === 'EPSV' && other.family === 'ipv4' && other.security === way.security && !other.failure,
          ),
      ),
    ],
    place: 'server firewall',
    direction: 'client to server',
    why: 'IPv4 gets through and IPv6 does not: the rules are for IPv4 only (an ip table of nft, iptables without ip6tables).',
    fix: () => ['write the rules in an inet table of nft, or give ip6tables the same ones'],
    sure: 'likely',
  },
  {
    id: 'CONTROL_REFUSED',
    symptom: (seen) => failedLogins(seen, 'connect').filter(({ failure }) => failure.how === 'refused'),
    place: 'server',
    direction: 'client to server',
    why: 'The machine answers, and nothing listens on that port, or a rule before it rejects.',
    fix: ({ control }) => [`start the server, on port ${control}`, `or let TCP in to port ${control} of the server`],
    sure: 'likely',
  },
  {
    id: 'CONTROL_BLOCKED',
    // A machine without IPv6 is no fault.
    symptom: (seen) =>
      failedLogins(seen, 'connect').filter(({ failure }) => failure.how !== 'unreachable' || !isLinked(seen, 'ipv4')),
    place: 'either firewall',
    direction: 'client to server',
    ...CAUSES.CONTROL_BLOCKED,
    sure: 'likely',
  },
  {
    id: 'OTHER_PROTOCOL',
    symptom: (seen) => failedLogins(seen, 'greeting').filter(({ failure }) => failure.how === 'other'),
    place: 'client',
    direction: 'none',
    why: 'What listens there speaks another protocol than FTP.',
    fix: () => ['give the port of the FTP server: 21, or 990 with ftps://'],
    sure: 'certain',
  },
  {
    id: 'GREETING_SILENT',
    symptom: (seen) => failedLogins(seen, 'greeting').filter(({ failure }) => failure.how === 'silence'),
    place: 'server',
    direction: 'server to client',
    why: 'The connection is made, and the server says nothing: it expects TLS at once, or hangs, or something before it has accepted the connection in its place.',
    fix: () => [
      'try ftps:// (TLS from the first byte)',
      'look at the server’s log: a reverse lookup of names may hang',
    ],
    sure: 'likely',
  },
  {
    id: 'TLS_REQUIRED',
    symptom: ({ logins, ways }) => [
      ...firstLogins(logins, TLS_WORDS).filter(({ failure }) => failure?.at === 'login'),
      ...ways.filter(
        (way) =>
          way.failure?.how === 'reply' && [521, 522, 534].includes(way.failure.code ?? 0) && way.security === 'clear',
      ),
    ],
    place: 'client',
    direction: 'none',
    why: 'The server wants TLS before it lets anybody in, or for data. This is no firewall.',
    fix: () => ['use ftpes:// (AUTH TLS)'],
    sure: 'certain',
  },
  {
    id: 'TOO_MANY',
    symptom: ({ logins, ways }) => [
      ...logins.filter(({ failure }) => failure?.code === 421),
      ...ways.filter(({ failure }) => failure?.at === 'login' && failure.code === 421),
    ],
    place: 'server',
    direction: 'none',
    why: 'The server takes no more connections, of this address or at all.',
    fix: () => ['close others, or raise the server’s limit (max_per_ip, MaxClientsPerHost, maxSessionsPerAddress)'],
    sure: 'certain',
  },
  {
    id: 'CONTROL_CUT',
    symptom: (seen) => [
      ...failedLogins(seen, 'greeting'),
      ...seen.ways.filter(({ failure }) => failure && ['connect', 'greeting', 'login'].includes(failure.at)),
    ],
    place: 'either firewall',
    direction: 'both',
    why: 'The connection is made and ended before the server has greeted: an access list (TCP wrappers, allow and deny lists), or a middlebox.',
    fix: () => ['look at the server’s log and its access lists'],
    sure: 'possible',
  },
  {
    id: 'TLS_NOT_OFFERED',
    symptom: (seen) => failedLogins(seen, 'tls').filter(({ failure }) => failure.how === 'reply'),
    place: 'server',
    direction: 'none',
    why: 'The server refuses AUTH TLS: it has no TLS, or something on the way (an FTP proxy, a firewall that inspects FTP) keeps it out.',
    fix: () => ['give the server a certificate', 'if it has one: take the inspection of FTP off the way'],
    sure: 'likely',
  },
  {
    id: 'CERT_UNTRUSTED',
    symptom: (seen) => failedLogins(seen, 'tls').filter(({ failure }) => failure.how === 'certificate'),
    place: 'server',
    direction: 'none',
    why: 'TLS works, and nobody trusted has signed the certificate, or it is for another name, or has expired.',
    fix: () => ['give the server a certificate for its name', 'or trust this one: --ca FILE, --pin SHA256'],
    sure: 'certain',
  },
  {
    id: 'TLS_CUT',
    symptom: (seen) =>
      failedLogins(seen, 'tls').filter(({ failure }) => failure.how === 'closed' || failure.how === 'silence'),
    place: 'either firewall',
    direction: 'both',
    why: 'The connection is cut as soon as TLS begins: something on the way reads FTP and does not let TLS through.',
    fix: () => ['take the inspection of FTP (ALG, helper, proxy) off the way', 'or use another port than 21'],
    sure: 'likely',
  },
  {
    id: 'TLS_FAILED',
    symptom: (seen) => failedLogins(seen, 'tls'),
    place: 'server',
    direction: 'none',
    why: 'The TLS handshake fails: the two have no version or cipher in common, or the port speaks no TLS.',
    fix: () => ['ftpes:// is for port 21, ftps:// for port 990', 'allow TLS 1.2 or later at the server'],
    sure: 'likely',
  },
  {
    id: 'LOGIN_REFUSED',
    symptom: (seen) => failedLogins(seen, 'login'),
    place: 'client',
    direction: 'none',
    why: 'The server does not let this user in. This is no firewall: the commands get through.',
    fix: () => ['check name and password'],
    sure: 'certain',
  },

  // ---- agreeing on a data connection
  {
    id: 'HELPER_FREEZE',
    symptom: ({ ways }) =>
      ways.filter(
        ({ failure }) => failure?.at === 'negotiation' && (failure.how === 'silence' || failure.how === 'closed'),
      ),
    place: 'either firewall',
    direction: 'both',
    why: 'The control connection is dead as soon as PASV, EPSV, PORT or EPRT or their answer crosses it: a firewall’s FTP helper drops segments that it cannot read (a line split in two, odd spacing).',
    fix: () => [
      'send each of these lines with one write, in the plain form (Twinport does)',
      'or take the helper off, and open the range',
      'or use TLS, which it cannot read',
    ],
    sure: 'likely',
  },
  {
    id: 'RANGE_EXHAUSTED',
    symptom: (seen) =>
      refusedWays(seen).filter((way) => isPassive(way) && saysOf(way, /bind|no .*ports?\b|in use|too many|^4\d\d/i)),
    place: 'server',
    direction: 'none',
    why: 'The server has no port of its passive range left.',
    fix: ({ passive }) => [
      `give it a larger range${passive ? ` than ${passive.first}-${passive.last}` : ''}, and open that`,
    ],
    sure: 'likely',
  },
  {
    id: 'EPSV_ALL',
    symptom: (seen) => refusedWays(seen).filter((way) => saysOf(way, /EPSV ALL/i)),
    place: 'client',
    direction: 'none',
    why: 'After EPSV ALL a server takes EPSV and nothing else (RFC 2428 §4).',
    fix: () => ['use EPSV, or send no EPSV ALL'],
    sure: 'certain',
  },
  {
    id: 'FAMILY_522',
    symptom: (seen) => refusedWays(seen).filter(({ failure }) => failure.code === 522),
    place: 'client',
    direction: 'none',
    ...CAUSES.FAMILY_522,
    sure: 'certain',
  },
  {
    id: 'PASV_DISABLED',
    symptom: (seen) =>
      refusedWays(seen).filter(
        (way) => isPassive(way) && !worksToo(seen, way, 'EPSV', 'PASV', 'PASVi') && !otherPassiveAgreed(seen, way),
      ),
    place: 'server',
    direction: 'none',
    why: 'The server refuses passive mode.',
    fix: () => ['allow it (pasv_enable=YES in vsftpd)', 'or use active mode'],
    sure: 'certain',
  },
  {
    id: 'EPSV_UNKNOWN',
    symptom: (seen) => refusedWays(seen).filter(({ way }) => way === 'EPSV' || way === 'PASV' || way === 'PASVi'),
    place: 'server',
    direction: 'none',
    why: 'The server, or a firewall before it, knows one of EPSV and PASV only.',
    fix: () => [
      'use the other one: most clients do so by themselves',
      'where a firewall refuses it: take its inspection of FTP off',
    ],
    sure: 'certain',
  },
  {
    id: 'ACTIVE_LOWPORT',
    symptom: (seen) =>
      refusedWays(seen).filter((way) => isActive(way) && way.announced !== undefined && way.announced.port < 1024),
    place: 'client',
    direction: 'none',
    why: 'No server connects to a port below 1024: others could be attacked through it (RFC 2577 §3).',
    fix: () => ['listen on a port from 1024 on'],
    sure: 'certain',
  },
  {
    id: 'FXP_BLOCKED',
    symptom: (seen) =>
      refusedWays(seen).filter(
        (way) =>
          isActive(way) &&
          way.announced !== undefined &&
          way.client !== undefined &&
          way.announced.host !== way.client.host,
      ),
    place: 'client',
    direction: 'client to server',
    why: 'PORT names another address than the commands come from. Servers and firewalls refuse that, since others could be attacked through it (RFC 2577 §3); FXP needs it.',
    fix: () => ['give the address that the server sees (--active-address), or none', ...PASSIVE_FIX],
    sure: 'certain',
  },
  {
    id: 'ACTIVE_NAT',
    // ProFTPD does as it is told, and connects to the private address.
    symptom: (seen) => [
      ...refusedWays(seen).filter(
        (way) =>
          isActive(way) &&
          (isBehindNat(way) || seenElsewhere(way) || saysOf(way, /illegal|address|not yours|connection to|bounce/i)),
      ),
      ...activeUnopened(seen).filter(isBehindNat),
    ],
    place: 'client firewall',
    direction: 'client to server',
    ...CAUSES.ACTIVE_NAT,
    sure: 'likely',
  },
  {
    id: 'ACTIVE_DISABLED',
    symptom: (seen) => refusedWays(seen).filter(isActive),
    place: 'server',
    direction: 'none',
    why: 'The server refuses active mode.',
    fix: () => [...PASSIVE_FIX, 'or allow it (port_enable=YES in vsftpd)'],
    sure: 'likely',
  },

  // ---- passive data connections
  {
    id: 'PORT_ZERO',
    symptom: ({ ways }) => ways.filter((way) => isPassive(way) && way.announced?.port === 0),
    place: 'server',
    direction: 'none',
    why: 'The server names port 0, where nothing can listen.',
    fix: () => ['look for an error in the server’s log; something on the way may have written it over'],
    sure: 'certain',
  },
  {
    id: 'PASV_ZERO',
    symptom: ({ ways }) =>
      ways.filter(
        ({ way, announced, failure }) => way === 'PASV' && failure !== undefined && announced?.host.startsWith('0.'),
      ),
    place: 'server',
    direction: 'none',
    why: 'The 227 names 0.0.0.0, as vsftpd does with listen_ipv6=YES and pasv_address: clients that believe it connect to themselves.',
    fix: () => ['listen=YES in place of listen_ipv6=YES, or no pasv_address', 'use EPSV, which names no address'],
    sure: 'certain',
  },
  {
    id: 'PASV_LOOPBACK',
    symptom: (seen) => announcing(seen, (host) => LOOPBACK_OR_CONTAINER.test(host)),
    place: 'server',
    direction: 'none',
    why: 'The 227 names the address of a container or the loopback, which is the server’s own idea of itself and no address for others.',
    fix: () => [
      'give the server the host’s address to announce',
      'publish the passive range of the container',
      'use EPSV, which names no address',
    ],
    sure: 'certain',
  },
  {
    id: 'HAIRPIN',
    symptom: (seen) =>
      unopenedWays(seen).filter(
        (way) =>
          isPassive(way) &&
          way.way !== 'PASV' &&
          seen.ways.some(
            (other) =>
              other.way === 'PASV' &&
              !other.failure &&
              other.security === way.security &&
              isPrivate(otherAddress(other) ?? '8.8.8.8'),
          ),
      ),
    place: 'server firewall',
    direction: 'both',
    why: 'Client and server are in the same network, and the client uses the public address: the router passes the control port back in (hairpin NAT) and not the data ports.',
    fix: () => [
      'use the server’s private address from inside (a name that means that there)',
      'or have the router do hairpin NAT for the whole passive range',
    ],
    sure: 'likely',
  },
  {
    id: 'PROXY_ADDRESS',
    symptom: (seen) =>
      passiveUnopened(seen).filter(
        ({ way, security }) =>
          way !== 'PASV' &&
          seen.ways.some(
            (other) =>
              other.way === 'PASV' &&
              !other.failure &&
              other.security === security &&
              otherAddress(other) !== undefined,
          ),
      ),
    place: 'server firewall',
    direction: 'client to server',
    why: 'The 227 names another machine than the one that was reached, such as a proxy or a second address, and only that one takes the data connection: clients that connect to the server’s own address, as most do today, get nowhere.',
    fix: () => [
      'have the gateway catch data connections to the server’s own address too',
      'or have clients believe the address in 227',
    ],
    sure: 'likely',
  },
  {
    id: 'PASV_PRIVATE',
    symptom: (seen) => announcing(seen, (host) => isPrivate(host)),
    place: 'server',
    direction: 'none',
    ...CAUSES.PASV_PRIVATE,
    sure: 'certain',
  },
  {
    id: 'PASV_WRONG_ADDRESS',
    symptom: (seen) => announcing(seen, (_host, way) => worksToo(seen, way, 'PASVi', 'EPSV')),
    place: 'server',
    direction: 'none',
    why: 'The 227 names another address than the server’s, and nobody answers there: a public address that was configured once and has changed since.',
    fix: () => ['announce the address that the server is reached at', 'use EPSV, which names no address'],
    sure: 'likely',
  },
  {
    id: 'HELPER_BLIND',
    symptom: (seen) =>
      passiveUnopened(seen).filter(
        (way) => way.way !== 'EPSV' && isOddAnswer(way) && worksToo(seen, way, 'EPSV', 'PORT', 'EPRT'),
      ),
    place: 'server',
    direction: 'server to client',
    why: 'The firewall opens ports by reading the commands, and the server’s 227 is not in the plain form (several lines, another number, no “(h,h,h,h,p,p)”): it passes unread.',
    fix: () => [
      'have the server answer with one line, 227 Entering Passive Mode (h1,h2,h3,h4,p1,p2), in one segment',
      'use EPSV',
    ],
    sure: 'likely',
  },
  {
    id: 'NAT64',
    symptom: (seen) => passiveUnopened(seen).filter(({ server }) => server.host.startsWith('64:ff9b:')),
    place: 'client firewall',
    direction: 'client to server',
    why: 'The server has IPv4 only, and NAT64 on the way: of FTP only EPSV goes through it, where the translator does not read the commands.',
    fix: () => ['use EPSV', 'or a translator with an FTP ALG (RFC 6384)'],
    sure: 'likely',
  },
  {
    id: 'RANGE_PARTIAL',
    symptom: (seen) =>
      passiveUnopened(seen).filter((way) =>
        seen.ways.some(
          (other) =>
            !other.failure && other.way === way.way && other.family === way.family && other.security === way.security,
        ),
      ),
    place: 'server firewall',
    direction: 'client to server',
    why: 'Some ports of the passive range get through and others do not: a rule or a router opens a part of it, or the server’s range is another one.',
    fix: CAUSES.RANGE_DROP.fix,
    sure: 'likely',
  },
  {
    id: 'WIN_STATEFUL_FTP',
    symptom: (seen) => (windows(seen) ? unopenedWays(seen).filter((way) => worksInClear(seen, way)) : []),
    place: 'server firewall',
    direction: 'client to server',
    why: 'FTP works and FTPS does not, with a Windows server: its firewall follows FTP (StatefulFtp), which TLS hides from it.',
    fix: () => ['open the passive range by a rule', 'netsh advfirewall set global StatefulFtp disable'],
    sure: 'likely',
    alike: ['HELPER_TLS'],
  },
  {
    id: 'HELPER_TLS',
    symptom: (seen) => unopenedWays(seen).filter((way) => worksInClear(seen, way)),
    place: 'either firewall',
    direction: 'both',
    ...CAUSES.HELPER_TLS,
    sure: 'certain',
  },
  {
    id: 'HELPER_VS_PASVADDR',
    symptom: (seen) =>
      passiveUnopened(seen).filter(
        (way) => way.way !== 'EPSV' && otherAddress(way) === undefined && worksToo(seen, way, 'EPSV'),
      ),
    place: 'server firewall',
    direction: 'client to server',
    ...CAUSES.HELPER_VS_PASVADDR,
    sure: 'likely',
  },
  {
    id: 'RANGE_REJECT',
    symptom: (seen) => passiveUnopened(seen).filter((way) => !isSilent(way)),
    place: 'server firewall',
    direction: 'client to server',
    why: 'The data port is refused at once: a rule rejects it, or the router in front of the server forwards no such port.',
    fix: CAUSES.RANGE_REJECT.fix,
    sure: 'likely',
    alike: ['HELPER_TLS', 'HELPER_ABSENT', 'HELPER_PRIORITY', 'HELPER_PORT', 'LB_STICKY'],
  },
  {
    id: 'RANGE_DROP',
    symptom: passiveUnopened,
    place: 'server firewall',
    direction: 'client to server',
    ...CAUSES.RANGE_DROP,
    sure: 'likely',
    alike: ['HELPER_ABSENT', 'HELPER_PRIORITY', 'HELPER_PORT', 'HELPER_TLS', 'EGRESS_FILTERED', 'STATELESS_ANSWER'],
  },

  // ---- active data connections
  {
    id: 'ACTIVE_OTHER_ADDRESS',
    symptom: (seen) => activeUnopened(seen).filter(({ strangers }) => strangers.length > 0),
    place: 'server firewall',
    direction: 'server to client',
    why: 'The data connection comes from another address than the commands go to: a server with several addresses, or NAT that gives its own connections another one.',
    fix: () => ['have the server connect from the address it was reached at', ...PASSIVE_FIX],
    sure: 'certain',
  },
  {
    id: 'ALG_MANGLE',
    symptom: (seen) => [...activeUnopened(seen), ...refusedWays(seen).filter(isActive)].filter(isMangled),
    place: 'either firewall',
    direction: 'client to server',
    why: 'The server has received another port than was sent: something on the way rewrites the commands, and gets it wrong.',
    fix: () => ['use TLS, which it cannot read', 'or another port than 21', 'or switch the router’s FTP ALG off'],
    sure: 'certain',
  },
  {
    id: 'PORT20_REQUIRED',
    symptom: (seen) => activeUnopened(seen).filter((way) => isSilent(way) && lacksPort20(way)),
    place: 'server',
    direction: 'server to client',
    why: 'The server may not use its active port (20), connects from another one, and a firewall lets only that one in.',
    fix: () => ['give the server CAP_NET_BIND_SERVICE', ...PASSIVE_FIX],
    sure: 'likely',
  },
  {
    id: 'ACTIVE_CLOSED',
    symptom: (seen) => activeUnopened(seen).filter((way) => !isSilent(way)),
    place: 'client firewall',
    direction: 'server to client',
    why: 'The server’s data connection is refused at once: the client’s firewall, or the one before it, rejects it, or the client does not listen where it says.',
    fix: () => [...PASSIVE_FIX, 'or let a range in, and give it to the client (--active-ports)'],
    sure: 'likely',
  },
  {
    id: 'ACTIVE_DROP',
    symptom: activeUnopened,
    place: 'client firewall',
    direction: 'server to client',
    ...CAUSES.ACTIVE_DROP,
    sure: 'likely',
    alike: ['HELPER_TLS', 'HELPER_ABSENT', 'HELPER_PRIORITY', 'HELPER_PORT', 'HELPER_HOOK', 'PORT20_REQUIRED'],
  },

  // ---- data connections that break
  {
    id: 'TLS_REUSE_VSFTPD',
    symptom: (seen) => brokenWays(seen).filter((way) => way.failure.code === 522),
    place: 'client',
    direction: 'none',
    why: 'The server wants the TLS session of the control connection resumed on data connections, and it was not.',
    fix: () => [
      'use a client that resumes sessions',
      'require_ssl_reuse=NO in vsftpd, NoSessionReuseRequired in ProFTPD',
    ],
    sure: 'certain',
  },
  {
    id: 'TLS_REUSE_FZ',
    symptom: (seen) => brokenWays(seen).filter((way) => saysOf(way, /session.*not resumed|resum/i)),
    place: 'client',
    direction: 'none',
    why: 'FileZilla Server wants the TLS session of the control connection resumed on data connections, and it was not.',
    fix: () => ['use a client that resumes sessions'],
    sure: 'certain',
  },
  {
    id: 'TLS_REUSE_PROFTPD',
    symptom: (seen) =>
      brokenWays(seen).filter((way) => way.security !== 'clear' && saysOf(way, /^425 .*operation not permitted/i)),
    place: 'client',
    direction: 'none',
    why: 'ProFTPD wants the TLS session of the control connection resumed on data connections, it was not, and it never says so.',
    fix: () => ['use a client that resumes sessions', 'TLSOptions NoSessionReuseRequired'],
    sure: 'likely',
  },
  {
    id: 'TLS13_TICKET',
    symptom: (seen) =>
      brokenWays(seen).filter(({ failure, security }) => security !== 'clear' && failure.how === 'handshake'),
    place: 'client',
    direction: 'none',
    why: 'The TLS handshake of the data connection fails: a session that cannot be resumed (with TLS 1.3 tickets come late), or something on the way that reads data connections.',
    fix: () => ['wait for a session ticket before the first data connection', 'or use TLS 1.2'],
    sure: 'possible',
  },
  {
    id: 'PROXY_PROTOCOL',
    symptom: (seen) => brokenWays(seen).filter((way) => saysOf(way, /data connection ip.*match/i)),
    place: 'server firewall',
    direction: 'client to server',
    why: 'A proxy tells the server of the client’s address on the control connection (PROXY protocol) and not on data connections.',
    fix: () => ['send the PROXY header on the passive range too, or on neither'],
    sure: 'likely',
  },
  {
    id: 'BAD_IP',
    // Most servers say so. Others close what a stranger has opened, and wait on.
    symptom: (seen) =>
      brokenWays(seen).filter(
        (way) =>
          isPassive(way) && (isSilent(way) || saysOf(way, /bad ip|security|not (?:the )?peer|different address/i)),
      ),
    place: 'client firewall',
    direction: 'client to server',
    why: 'The data connection reaches the server from another address than the commands: a NAT with several addresses, two ways out, a load balancer or a container’s proxy between.',
    fix: () => [
      'have the NAT keep one address for a client (address pooling paired, source affinity)',
      'have the load balancer pass the client’s address on',
    ],
    sure: 'likely',
  },
  {
    id: 'DATA_STALL_PMTU',
    symptom: (seen) => failedTransfers(seen).filter(({ failure }) => failure.how === 'stalled'),
    place: 'either firewall',
    direction: 'both',
    why: 'Listings come and larger files stop: full packets are lost, since the MTU is smaller somewhere on the way and the ICMP that would say so is dropped.',
    fix: () => [
      'let ICMP “fragmentation needed” (IPv6: “packet too big”) through',
      'or have the router clamp the MSS: tcp flags syn tcp option maxseg size set rt mtu',
    ],
    sure: 'likely',
  },
  {
    id: 'DATA_RESET',
    symptom: (seen) => [
      ...failedTransfers(seen).filter(
        ({ failure }) => failure.how === 'closed' || failure.how === 'refused' || failure.code === 426,
      ),
      ...brokenWays(seen).filter(({ failure }) => failure.how === 'closed' || failure.code === 426),
    ],
    place: 'either firewall',
    direction: 'both',
    why: 'The data connection was made, and cut in the middle: by something on the way that ends connections by age, size or content, or by the other end.',
    fix: () => ['look for limits and inspection on the way', 'look at the server’s log'],
    sure: 'likely',
  },
  {
    id: 'IDLE_CONTROL',
    symptom: ({ idle, transfers }) => [
      ...(idle?.failure ? [idle] : []),
      ...transfers.filter(({ failure }) => failure?.at === 'end' && failure.how === 'silence'),
    ],
    place: 'either firewall',
    direction: 'both',
    why: 'The control connection was forgotten while nothing went over it: a firewall or load balancer keeps idle connections for less long than a transfer takes.',
    fix: () => [
      'keep it alive below the smallest timer (keepaliveMs here, TCP keepalive in others)',
      'or raise that timer: AWS NLB has 350 s, Azure 4 min, Linux 5 days',
    ],
    sure: 'certain',
  },
  {
    id: 'LISTING_REFUSED',
    symptom: (seen) => brokenWays(seen).filter(({ failure }) => failure.how === 'reply'),
    place: 'server',
    direction: 'none',
    why: 'The data connection is agreed on, and the server refuses the listing itself: a permission, or a fault of the server. This is no firewall.',
    fix: () => ['look at the reply, and at the server’s log'],
    sure: 'likely',
  },
  {
    id: 'UNEXPLAINED',
    symptom: ({ logins, ways, transfers }) =>
      [...logins, ...ways, ...transfers].filter(
        ({ failure, family }) => failure && !(family === 'ipv6' && failure.how === 'unreachable'),
      ),
    place: 'either firewall',
    direction: 'both',
    why: 'It fails in a way that is not known here.',
    fix: () => ['look at the commands and replies: twinport doctor --verbose', 'compare with the server’s log'],
    sure: 'possible',
  },

  // ---- what only the rules of a machine on the way tell: twinport doctor --server, twinport rules check
  {
    id: 'HELPER_ABSENT',
    symptom: toldByRules,
    place: 'server firewall',
    direction: 'both',
    ...CAUSES.HELPER_ABSENT,
    sure: 'certain',
  },
  {
    id: 'HELPER_PRIORITY',
    symptom: toldByRules,
    place: 'server firewall',
    direction: 'both',
    ...CAUSES.HELPER_PRIORITY,
    sure: 'certain',
  },
  {
    id: 'HELPER_HOOK',
    symptom: toldByRules,
    place: 'client firewall',
    direction: 'both',
    why: 'The helper is set where connections of this machine do not come by: a client’s own go through the output hook, those of others through prerouting.',
    fix: () => ['set the helper in a chain with hook output on a client, hook prerouting on a server or router'],
    sure: 'certain',
  },
  {
    id: 'HELPER_PORT',
    symptom: toldByRules,
    place: 'server firewall',
    direction: 'both',
    why: 'The helper is set on another port than the server’s control port.',
    fix: ({ control }) => [`set it on port ${control}`],
    sure: 'certain',
  },
  {
    id: 'STATELESS_ANSWER',
    symptom: toldByRules,
    place: 'either firewall',
    direction: 'both',
    ...CAUSES.STATELESS_ANSWER,
    sure: 'certain',
  },
  {
    id: 'EGRESS_FILTERED',
    symptom: toldByRules,
    place: 'client firewall',
    direction: 'client to server',
    why: 'The client’s firewall lets connections out to well-known ports only, and the server’s passive range is none of them.',
    fix: ({ passive }) => [
      `let TCP out to ports ${passive ? `${passive.first}-${passive.last}` : 'from 1024 on'} of the server`,
    ],
    sure: 'certain',
  },
  {
    id: 'ASYMMETRIC',
    symptom: toldByRules,
    place: 'either firewall',
    direction: 'both',
    why: 'Packets come by another way than they go, and a stateful firewall on one of them drops what it takes for invalid.',
    fix: () => ['have both ways go through the same firewall', 'or do not drop by ct state invalid there'],
    sure: 'possible',
  },
  {
    id: 'CLIENT_BUG',
    symptom: toldByRules,
    place: 'client',
    direction: 'none',
    why: 'Every way works here and another program fails: the network is not why (curl 7.88.1 hangs in active mode with TLS).',
    fix: () => ['compare with a second client', 'look for a newer version of the one that fails'],
    sure: 'possible',
  },
  {
    id: 'LB_STICKY',
    symptom: toldByRules,
    place: 'server firewall',
    direction: 'client to server',
    why: 'A load balancer sends the data connection to another machine than the commands.',
    fix: () => [
      'give each machine a range of its own, and forward by that',
      'or choose the machine by the client’s address (source affinity)',
    ],
    sure: 'possible',
  },

  // ---- things that are not as they should be and do no harm yet
  {
    id: 'HELPER_READS',
    symptom: ({ fingerprints = [] }) => fingerprints.filter(({ plain, asked }) => plain && !asked),
    place: 'either firewall',
    direction: 'client to server',
    why: 'A firewall on the way reads the commands, as the FTP helper of Linux does: it drops a PORT that is not in the plain form. It opens data ports as long as commands are in clear.',
    fix: () => ['nothing, where data connections get through', 'with TLS open the range: it cannot read that'],
    sure: 'certain',
  },
  {
    id: 'RANGE_ESCAPE',
    symptom: ({ ways, expectedPorts }) =>
      expectedPorts === undefined
        ? []
        : ways.filter(
            (way) => isPassive(way) && way.announced !== undefined && !includesPort(expectedPorts, way.announced.port),
          ),
    place: 'server',
    direction: 'none',
    why: 'The server names a port outside its passive range: the range is full and it takes any port (ProFTPD), or it is configured otherwise.',
    fix: ({ passive }) => [
      `give it a larger range${passive ? ` than ${passive.first}-${passive.last}` : ''}, and open that`,
    ],
    sure: 'certain',
  },
];

/** Whether another passive command got past the agreement, whatever became of it. */
function otherPassiveAgreed(seen: Observations, one: WayObservation): boolean {
  return seen.ways.some(
    (way) =>
      isPassive(way) && way.family === one.family && way.security === one.security && way.announced !== undefined,
  );
}

/** What a Linux helper cannot read in an answer to PASV. */
function isOddAnswer({ answer }: WayObservation): boolean {
  return answer.length > 1 || !/^227 [^\n]*?\d+,\d+,\d+,\d+,\d+,\d+/.test(answer[0] ?? '');
}

/** Whether the server sees us at another address than our own. */
function seenElsewhere({ client, view }: WayObservation): boolean {
  return client !== undefined && view !== undefined && view.remote.host !== client.host;
}

function isMangled({ announced, view }: WayObservation): boolean {
  const asked = view?.events.find(({ state }) => state === 'asked')?.remote;
  return asked !== undefined && announced !== undefined && asked.port !== announced.port;
}

function lacksPort20({ view }: WayObservation): boolean {
  return view?.events.some(({ state }) => state === 'other port') === true;
}
