import type { PortRange } from '../connection/index.js';
import { isNetwork } from '../protocol/index.js';
import { DEFAULT_LIMITS } from './limits.js';
import type { ServerChanges, ServerOptions } from './options.js';
import { OptionsFault } from './options-fault.js';
import { type PublicAddress, faultOfPublicAddress } from './public-addresses.js';

const LARGEST_PORT = 65_535;
/** Timers hold no more: a longer one would fire at once. */
const LARGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** Whether undefined, which is its default, can take the place of what there was. */
const CHANGEABLE: ReadonlyMap<string, boolean> = new Map(
  Object.entries({
    accounts: false,
    passivePorts: true,
    advertisedPorts: true,
    sharePassivePorts: true,
    publicAddress: true,
    tls: false,
    limits: false,
    greeting: true,
  } satisfies Record<keyof ServerChanges, boolean>),
);

/** Throws OptionsFault. */
export function checkOptions({
  port = 0,
  passivePorts,
  advertisedPorts,
  sharePassivePorts = false,
  publicAddress,
  activePort = 'any',
  limits = {},
}: ServerOptions): void {
  expect(isWhole(port, LARGEST_PORT), `port: ${port} is not from 0 to ${LARGEST_PORT}`);
  expect(
    activePort === 'any' || isWhole(activePort, LARGEST_PORT),
    `activePort: ${activePort} is not from 0 to ${LARGEST_PORT}`,
  );
  if (passivePorts) checkRange('passivePorts', passivePorts);
  if (advertisedPorts) checkAdvertised(advertisedPorts, passivePorts);
  if (publicAddress !== undefined) checkPublicAddress(publicAddress);
  expect(!sharePassivePorts || (passivePorts?.first ?? 0) > 0, 'sharePassivePorts: passivePorts must say which');
  for (const [name, limit] of Object.entries(limits)) {
    const largest = name.endsWith('Ms') ? LARGEST_TIMEOUT_MS : Number.MAX_SAFE_INTEGER;
    expect(Object.hasOwn(DEFAULT_LIMITS, name), `limits.${name}: there is no such limit`);
    expect(isWhole(limit, largest), `limits.${name}: ${limit} is not a whole number from 0 to ${largest}`);
  }
}

/** Throws OptionsFault for what a running server does not change. */
export function checkChanges(changes: ServerChanges): void {
  for (const [name, value] of Object.entries(changes)) {
    expect(CHANGEABLE.has(name), `${name}: it does not change while the server runs`);
    expect(value !== undefined || CHANGEABLE.get(name) === true, `${name}: it cannot be taken away`);
  }
}

function checkAdvertised(advertised: PortRange, listened: PortRange | undefined): void {
  checkRange('advertisedPorts', advertised);
  const fits = listened && listened.first > 0 && advertised.last - advertised.first === listened.last - listened.first;
  expect(fits === true, 'advertisedPorts: passivePorts must be as many, one for one');
}

function checkRange(name: string, { first, last }: PortRange): void {
  const isRange = isWhole(first, LARGEST_PORT) && isWhole(last, LARGEST_PORT) && first <= last;
  expect(isRange && (first > 0 || last === 0), `${name}: ${first}-${last} is not a range of ports`);
}

function checkPublicAddress(setting: PublicAddress): void {
  if (typeof setting === 'string') {
    const fault = faultOfPublicAddress(setting);
    return expect(fault === undefined, `publicAddress: ${fault}`);
  }
  for (const [network, value] of Object.entries(setting)) {
    const fault = faultOfPublicAddress(value);
    expect(
      network === 'default' || isNetwork(network),
      `publicAddress: ${network} is not a network such as 10.0.0.0/8`,
    );
    expect(fault === undefined, `publicAddress for ${network}: ${fault}`);
  }
}

function isWhole(value: number, largest: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= largest;
}

function expect(isRight: boolean, message: string): void {
  if (!isRight) throw new OptionsFault(message);
}
