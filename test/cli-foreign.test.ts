import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CliProcess } from './kit/cli-process.js';
import { names, ok } from './kit/cli-site.js';
import { SERVER_NAMES, foreignServer, missingServer } from './kit/foreign-servers.js';
import { temporaryFolder } from './kit/temporary-folder.js';

for (const name of SERVER_NAMES) {
  test(`the command line carries folders and links to and from ${name}`, { skip: missingServer(name) }, async (t) => {
    const server = await foreignServer(t, name, { tls: 'explicit' });
    const here = await temporaryFolder(t);
    await mkdir(join(here, 't', 'u'), { recursive: true });
    await writeFile(join(here, 't', 'u', 'deep.txt'), 'deep down\n');
    await writeFile(join(here, 'ca.pem'), server.ca);
    const url = `ftpes://${server.user}:${server.password}@${server.host}:${server.port}`;
    const run = (...args: string[]) => new CliProcess(t, [...args, '--ca', 'ca.pem'], { cwd: here }).end();
    assert.match(ok(await run('put', 't', `${url}/`)).stderr, /1 file, 10 B in .*, passive EPSV, TLSv1\.[23]\n$/);
    await symlink('t', join(server.root, 'link'));
    assert.deepEqual(names(ok(await run('ls', '-R', `${url}/t`)).stdout), ['t:', 'u', 't/u:', 'deep.txt']);
    assert.equal(ok(await run('cat', `${url}/t/*/deep.txt`)).stdout, 'deep down\n');
    ok(await run('get', `${url}/link`, 'back'));
    assert.equal(await readFile(join(here, 'back', 'u', 'deep.txt'), 'utf8'), 'deep down\n');
    assert.equal((await run('cat', `${url}/none`)).code, 4);
    ok(await run('rm', '-r', '--yes', `${url}/t`));
    assert.deepEqual(await readdir(server.root), ['link']);
  });
}
