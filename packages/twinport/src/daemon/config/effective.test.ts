import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from './config.js';
import { DEFAULTS } from './defaults.js';
import { effectiveSettings } from './effective.js';
import { layerOf } from './layer.js';
import { LEAVES } from './leaves.js';
import { environmentName } from './origin.js';

test('every setting has a default, and every default a setting', () => {
  assert.deepEqual(Object.keys(DEFAULTS).toSorted(), LEAVES.map(({ path }) => path.join('.')).toSorted());
});

test('variables are called like the settings, and no two alike', () => {
  assert.equal(environmentName(['passive', 'ports']), 'TWINPORT_PASSIVE_PORTS');
  assert.equal(environmentName(['tls', 'dataSessionReuse']), 'TWINPORT_TLS_DATA_SESSION_REUSE');
  assert.equal(new Set(LEAVES.map(({ path }) => environmentName(path))).size, LEAVES.length);
});

test('options win over the environment, and each value knows where it came from', async () => {
  const env = {
    TWINPORT_PORT: '2121',
    TWINPORT_ANONYMOUS: 'true',
    TWINPORT_GREETING: '220',
    TWINPORT_PASSIVE_PORTS: '',
  };
  const flags = layerOf({ port: 0 }, () => ({ kind: 'flag', name: '--port' }));
  const configuration = await loadConfiguration({ env, flags });
  const settings = new Map(effectiveSettings(configuration).map((each) => [each.key, each]));
  const of = (key: string): unknown => [settings.get(key)?.value, settings.get(key)?.origin];
  assert.deepEqual(of('port'), [0, { kind: 'flag', name: '--port' }]);
  assert.deepEqual(of('anonymous'), [true, { kind: 'environment', name: 'TWINPORT_ANONYMOUS' }]);
  assert.deepEqual(of('greeting'), ['220', { kind: 'environment', name: 'TWINPORT_GREETING' }]);
  assert.deepEqual(of('passive.ports'), [null, { kind: 'default' }]);
});

test('the password of a database is not shown', async () => {
  const env = { TWINPORT_ACCOUNTS_DATABASE: 'postgres://ann:topsecret@db/ftp' };
  const settings = effectiveSettings(await loadConfiguration({ env }));
  const database = settings.find(({ key }) => key === 'accounts.database');
  assert.equal(database?.value, 'postgres://ann:***@db/ftp');
});

test('what is wrong with a variable names it', async () => {
  const env = { TWINPORT_PORT: 'tcp://10.96.0.7:21', TWINPORT_TLS_REQUIRED: 'yes' };
  await assert.rejects(loadConfiguration({ env }), {
    message: /^TWINPORT_PORT: port = "tcp.*\nTWINPORT_TLS_REQUIRED: .*write true or false/,
  });
});
