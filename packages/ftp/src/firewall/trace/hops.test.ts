import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wayOf } from './hops.js';
import type { ObservationPoint } from './observation-point.js';
import type { PathPlace } from './path-places.js';
import type { Sighting } from './sighting.js';

/** Of each place the points where it was captured: `client home-in home-out server`. Nothing between: a network. */
function placesOf(names: string): {
  readonly places: readonly PathPlace[];
  readonly points: ReadonlyMap<string, ObservationPoint>;
} {
  const points = new Map(names.split(' ').map((name) => [name, { vantage: { name }, key: name, program: false }]));
  const at = (role: PathPlace['role'], prefix: string): PathPlace => ({
    role,
    points: [...points].filter(([name]) => name.split('-')[0] === prefix).map(([, point]) => point),
  });
  const between = [at('client-device', 'home'), at('server-device', 'office')].filter(
    ({ points: own }) => own.length > 0,
  );
  const places = [
    at('client', 'client'),
    ...(between.length > 0 ? between : [at('server-device', 'none')]),
    at('server', 'server'),
  ];
  return { places, points };
}

/** `client=a home-out=b2`: seen there with that source address, so often. */
function way(names: string, towards: 'client' | 'server', seen: string, delivered = false): string {
  const { places, points } = placesOf(names);
  const sightings = new Map<ObservationPoint, Sighting>();
  for (const each of seen.split(' ').filter((part) => part !== '')) {
    const [name = '', host = ''] = each.split('=');
    const point = points.get(name);
    assert.ok(point, name);
    const times = Number(host.slice(1) || '1');
    sightings.set(point, {
      at: 0,
      lastAt: 0,
      times,
      from: { host: host.slice(0, 1), port: 1 },
      to: { host: 's', port: 2 },
    });
  }
  const { hops, arrived } = wayOf(places, towards, sightings, delivered);
  return [
    ...hops.map(
      ({ place, verdict, before, after }) =>
        `${place} ${verdict}${before === undefined ? '' : ` ${before} -> ${after}`}`,
    ),
    arrived ? 'arrived' : 'lost',
  ].join(', ');
}

const ALL = 'client home-in home-out office-in office-out server';
const ONE_SIDED = 'client home office server';

const CASES: readonly (readonly [name: string, wanted: string, given: string])[] = [
  [
    'seen everywhere',
    '1 passed, 2 passed, arrived',
    way(ALL, 'server', 'client=a home-in=a home-out=a office-in=a office-out=a server=a'),
  ],
  [
    'the other way',
    '2 passed, 1 passed, arrived',
    way(ALL, 'client', 'client=a home-in=a home-out=a office-in=a office-out=a server=a'),
  ],
  [
    'changed inside a place',
    '1 rewritten from a -> from b, 2 passed, arrived',
    way(ALL, 'server', 'client=a home-in=a home-out=b office-in=b office-out=b server=b'),
  ],
  [
    'changed on the way back',
    '2 passed, 1 rewritten from a -> from b, arrived',
    way(ALL, 'client', 'client=b home-in=b home-out=a office-in=a office-out=a server=a'),
  ],
  [
    'came in, never went out',
    '1 passed, 2 dropped, lost',
    way(ALL, 'server', 'client=a home-in=a home-out=a office-in=a'),
  ],
  ['never came by', '1 not seen, lost', way(ALL, 'server', 'client=a')],
  [
    'lost on the last cable',
    '1 passed, 2 passed, 3 not seen, lost',
    way(ALL, 'server', 'client=a home-in=a home-out=a office-in=a office-out=a'),
  ],
  [
    'a capture that has missed it',
    '1 passed, 2 passed, arrived',
    way(ALL, 'server', 'client=a office-in=a office-out=a server=a'),
  ],
  [
    'one side captured: the near one, changed behind it',
    '1 rewritten from a -> from b, 2 passed, arrived',
    way(ONE_SIDED, 'server', 'client=a home=a office=b server=b'),
  ],
  [
    'one side captured: the far one, changed before it',
    '1 rewritten from a -> from b, 2 passed, arrived',
    way(ONE_SIDED, 'server', 'client=a home=b office=b server=b'),
  ],
  [
    'one side captured, lost behind it',
    '1 passed, 2 dropped, lost',
    way(ONE_SIDED, 'server', 'client=a home=a office=a'),
  ],
  [
    'only the ends: changed between them',
    '1 rewritten from a -> from b, arrived',
    way('client server', 'server', 'client=a server=b'),
  ],
  ['only the ends: lost between them', '1 dropped, lost', way('client server', 'server', 'client=a')],
  ['only the client, answered', '1 passed, arrived', way('client', 'server', 'client=a', true)],
  ['only the client, not answered', '1 dropped, lost', way('client', 'server', 'client=a3')],
  ['only the server', '1 passed, arrived', way('server', 'server', 'server=a')],
];

for (const [name, wanted, given] of CASES) test(name, () => assert.equal(given, wanted));

test('what got through less often than it was sent is noted', () => {
  const { places, points } = placesOf('client home-in home-out server');
  const at = (name: string, times: number): readonly [ObservationPoint, Sighting][] => {
    const point = points.get(name);
    return point
      ? [[point, { at: 0, lastAt: 3_000, times, from: { host: 'a', port: 1 }, to: { host: 's', port: 2 } }]]
      : [];
  };
  const lost = wayOf(
    places,
    'server',
    new Map([...at('client', 3), ...at('home-in', 2), ...at('home-out', 2), ...at('server', 2)]),
    false,
  );
  assert.deepEqual(lost.hops, [{ place: 1, verdict: 'passed', note: '2 of 3 came by' }]);
});
