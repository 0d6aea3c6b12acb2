import type { Match, PortTest } from './found-ruleset.js';
import { onDestination, onInterface } from './nft-match.js';

/** What an option asks of a packet; undefined for options that ask for nothing. */
export function iptablesMatch(option: string, values: readonly string[]): Match | undefined {
  const [value = ''] = values;
  switch (option) {
    case '-p':
      return () => value === 'tcp' || value === '6' || value === 'all';
    case '--dport':
    case '--dports':
    case '--destination-ports':
      return onPorts(value, ({ dport }) => [dport]);
    case '--sport':
    case '--sports':
    case '--source-ports':
      return onPorts(value, ({ sport }) => [sport]);
    case '--ports':
      return onPorts(value, ({ sport, dport }) => [sport, dport]);
    case '--ctstate':
    case '--state':
      return ({ state }) => value.toLowerCase().split(',').includes(state);
    case '--helper':
      return ({ helper }) => helper === value;
    case '--syn':
      return ({ opens }) => opens;
    case '--tcp-flags':
      return tcpFlags(values);
    case '-i':
      return onInterface('in', new Set([value]));
    case '-o':
      return onInterface('out', new Set([value]));
    case '--dst-type':
      return onDestination(new Set(value.toLowerCase().split(',')));
    case '--comment':
      return undefined;
    default:
      return () => undefined;
  }
}

/** A SYN, or anything that has ACK set and no SYN. */
function tcpFlags([mask = '', set = '']: readonly string[]): Match {
  return ({ opens }) => {
    const flag = opens ? 'SYN' : 'ACK';
    const seen = mask === 'ALL' || mask.split(',').includes(flag) ? flag : 'NONE';
    return seen === set;
  };
}

function onPorts(list: string, portsOf: (packet: Parameters<Match>[0]) => readonly number[]): Match {
  const tests = list.split(',').map(portTest);
  return (packet) => portsOf(packet).some((port) => tests.some((test) => test(port)));
}

function portTest(text: string): PortTest {
  const [first = '', last = first] = text.split(':');
  return (port) => port >= Number(first || 0) && port <= Number(last || 65_535);
}
