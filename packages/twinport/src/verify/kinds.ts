import { FIREWALL_KINDS, type Features } from '@twinport/ftp/firewall';

const { pinholes: _ofTheServer, related, 'helper-too-early': tooEarly, ...sound } = FIREWALL_KINDS;
const anyPort: Features = { helper: 'assigned', anyExpected: true };

/** What rules are to do, by the names of the command line; the last two let everything out, as `twinport rules` does unless it is told otherwise. */
export const VERIFY_KINDS: Readonly<Record<string, Features>> = {
  ...sound,
  'range+outward': { range: true, outward: true },
  'helper+range+outward': { helper: 'assigned', range: true, outward: true },
};

/** What rules should not be like: two do not work, one can be abused. */
export const BROKEN_KINDS: Readonly<Record<string, Features>> = {
  related,
  'helper-too-early': tooEarly,
  'helper-any-port': anyPort,
};
