import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { generate } from 'selfsigned';
import { CliProcess } from './kit/cli-process.js';
import { ok } from './kit/cli-site.js';
import { foreignServer, missingServer } from './kit/foreign-servers.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const NAMES = ['ann', 'other'] as const;

for (const name of ['vsftpd', 'proftpd'] as const) {
  for (const tlsVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(
      `${name} with ${tlsVersion} lets in whoever shows its client certificate, and others are told`,
      {
        skip: missingServer(name),
      },
      async (t) => {
        const here = await temporaryFolder(t);
        const pairs = await Promise.all(
          NAMES.map((value) => generate([{ name: 'commonName', value }], { keyType: 'ec' })),
        );
        for (const [index, { cert, private: key }] of pairs.entries()) {
          await writeFile(join(here, `${NAMES[index]}.pem`), cert);
          await writeFile(join(here, `${NAMES[index]}.key`), key);
        }
        const server = await foreignServer(t, name, {
          tls: 'explicit',
          requireTls: true,
          tlsVersion,
          clientAuthority: pairs[0]?.cert ?? '',
          files: { 'a.txt': 'for Ann\n' },
        });
        await writeFile(join(here, 'ca.pem'), server.ca);
        const url = `ftpes://${server.user}:${server.password}@${server.host}:${server.port}/a.txt`;
        const cat = (...args: string[]) =>
          new CliProcess(t, ['cat', url, '--ca', 'ca.pem', ...args], { cwd: here }).end();

        assert.equal(ok(await cat('--cert', 'ann.pem', '--key', 'ann.key')).stdout, 'for Ann\n');
        for (const result of [await cat(), await cat('--cert', 'other.pem', '--key', 'other.key')]) {
          assert.equal(result.code, 8);
          assert.match(
            result.stderr,
            /^twinport: a\.txt: TLS with 127\.0\.0\.1 failed: .*alert.*\n {2}hint: .*certificate/,
          );
          assert.match(result.stderr, /options for this: --cert FILE, --key FILE\n$/);
        }
      },
    );
  }
}
