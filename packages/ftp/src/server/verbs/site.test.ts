import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyntaxFault } from '../../protocol/index.js';
import { parseSite } from './site.js';
import { SITE_VERBS, findSiteVerb } from './site/index.js';

test('a command of SITE is a name in any case and the rest as it is', () => {
  assert.deepEqual(parseSite('chmod 644  a b'), { name: 'CHMOD', argument: '644  a b' });
  assert.deepEqual(parseSite('HELP'), { name: 'HELP', argument: undefined });
  assert.deepEqual(parseSite('UMASK '), { name: 'UMASK', argument: '' });
  assert.deepEqual(parseSite(''), { name: '', argument: undefined });
});

test('a name that is none is refused', () => assert.throws(() => parseSite('CH/MOD 644 a'), SyntaxFault));

test('every command of SITE is found by its name, and needs a login', () => {
  for (const verb of SITE_VERBS) {
    assert.equal(findSiteVerb(verb.verb.replace('SITE ', '')), verb);
    assert.ok(verb.needs.includes('login'), verb.verb);
  }
  assert.equal(findSiteVerb('NOPE'), undefined);
});
