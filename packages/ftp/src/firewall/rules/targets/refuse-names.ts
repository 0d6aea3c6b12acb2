import { ipVersion } from '../../../protocol/index.js';
import { BOTH_FAMILIES, type Family, RulesRefused, type RulesRequest } from './target.js';

/** As Linux and the BSDs have them, `+` and `*` for several: no more than 15 characters. */
const INTERFACE = /^\w[\w.+*-]{0,14}$/;
const NETWORK = /^(?<address>[^%/]+)\/(?<length>\d{1,3})$/;
const FAMILIES = { ipv4: { name: 'IPv4', version: 4, bits: 32 }, ipv6: { name: 'IPv6', version: 6, bits: 128 } };

/** Names and addresses become part of rules as they are, and a mistake in them would be read as something else. Throws RulesRefused. */
export function refuseNames({ router, server = {}, sources = [], families = BOTH_FAMILIES }: RulesRequest): void {
  for (const name of router ? [router.client, router.server] : [])
    if (!INTERFACE.test(name)) throw new RulesRefused(`“${name}” is no name of an interface`);
  for (const family of BOTH_FAMILIES) {
    const address = server[family];
    if (address !== undefined && (address.includes('%') || ipVersion(address) !== FAMILIES[family].version))
      throw new RulesRefused(`the server’s address “${address}” is no ${FAMILIES[family].name} address`);
  }
  for (const network of sources) {
    const family = familyOf(network);
    if (!family) throw new RulesRefused(`“${network}” is no network such as 192.0.2.0/24`);
    if (!families.includes(family))
      throw new RulesRefused(
        `${network} is a network of ${FAMILIES[family].name}, and no rules for that are asked for`,
      );
  }
}

function familyOf(network: string): Family | undefined {
  const { address = '', length } = NETWORK.exec(network)?.groups ?? {};
  return BOTH_FAMILIES.find(
    (family) => FAMILIES[family].version === ipVersion(address) && Number(length) <= FAMILIES[family].bits,
  );
}
