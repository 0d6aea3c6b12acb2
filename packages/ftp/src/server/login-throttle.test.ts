import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoginThrottle } from './login-throttle.js';

const LIMITS = { loginDelayMs: 100, maxRememberedAddresses: 3, loginMemoryMs: 60_000 };

test('each wrong password of an address doubles the delay, up to 64 times', () => {
  const throttle = new LoginThrottle(LIMITS);
  assert.equal(throttle.delayOf('192.0.2.1'), 0);
  const delays = Array.from({ length: 9 }, () => {
    throttle.failed('192.0.2.1', 'ann');
    return throttle.delayOf('192.0.2.1');
  });
  assert.deepEqual(delays, [100, 200, 400, 800, 1600, 3200, 6400, 6400, 6400]);
  assert.equal(throttle.delayOf('192.0.2.2'), 0);
});

test('a login forgives the wrong passwords of the same user, and of nobody else', () => {
  const throttle = new LoginThrottle(LIMITS);
  throttle.failed('192.0.2.1', 'ann');
  throttle.succeeded('192.0.2.1', 'anonymous');
  assert.equal(throttle.delayOf('192.0.2.1'), 100);
  throttle.succeeded('192.0.2.1', 'ann');
  assert.equal(throttle.delayOf('192.0.2.1'), 0);
  throttle.failed('192.0.2.1', 'root');
  throttle.failed('192.0.2.1', 'ann');
  throttle.succeeded('192.0.2.1', 'ann');
  assert.equal(throttle.delayOf('192.0.2.1'), 200);
});

test('an IPv6 network of 64 bits is one address', () => {
  const throttle = new LoginThrottle(LIMITS);
  throttle.failed('2001:db8::1', 'ann');
  assert.equal(throttle.delayOf('2001:db8::ffff:2'), 100);
  assert.equal(throttle.delayOf('2001:db8:0:1::1'), 0);
});

test('only so many addresses are remembered, the latest', () => {
  const throttle = new LoginThrottle(LIMITS);
  for (const last of [1, 2, 3, 4]) throttle.failed(`192.0.2.${last}`, 'ann');
  assert.deepEqual(
    [1, 2, 3, 4].map((last) => throttle.delayOf(`192.0.2.${last}`)),
    [0, 100, 100, 100],
  );
});
