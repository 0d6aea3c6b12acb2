import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHours, isInHours } from './hours.js';

test('hours are times of a day, perhaps of some days, perhaps in a zone', () => {
  for (const good of ['08:00-18:00', '00:00-24:00', '22:00-06:00', 'Mon 08:00-18:00', 'Fri-Mon 08:00-18:00 UTC'])
    assert.equal(isHours(good), true, good);
  for (const bad of ['', '8:00-18:00', '08:00-24:01', '24:00-08:00', 'Mo 08:00-18:00', '08:00-18:00 Europe/Atlantis'])
    assert.equal(isHours(bad), false, bad);
});

/** On a Wednesday; Berlin is one hour ahead in winter. */
const at = (time: string): Date => new Date(`2026-11-25T${time}:00Z`);

test('an instant is looked at in the zone, day and minute', () => {
  const cases: readonly (readonly [hours: string, time: string, within: boolean])[] = [
    ['08:00-18:00 UTC', '07:59', false],
    ['08:00-18:00 UTC', '08:00', true],
    ['08:00-18:00 UTC', '17:59', true],
    ['08:00-18:00 UTC', '18:00', false],
    ['08:00-18:00 Europe/Berlin', '07:00', true],
    ['08:00-18:00 Europe/Berlin', '17:00', false],
    ['Mon-Fri 00:00-24:00 UTC', '23:59', true],
    ['Sat-Sun 00:00-24:00 UTC', '12:00', false],
    ['Fri-Wed 00:00-24:00 UTC', '12:00', true],
    ['Thu 00:00-24:00 Asia/Tokyo', '15:00', true],
    ['Tue 22:00-06:00 UTC', '05:59', true],
    ['Tue 22:00-06:00 UTC', '06:00', false],
    ['Wed 22:00-06:00 UTC', '05:59', false],
    ['Wed 22:00-06:00 UTC', '22:00', true],
  ];
  for (const [hours, time, within] of cases) assert.equal(isInHours(at(time), [hours]), within, `${hours} ${time}`);
  assert.equal(isInHours(at('12:00'), []), false);
  assert.equal(isInHours(at('12:00'), ['01:00-02:00 UTC', '11:00-13:00 UTC']), true);
});
