import { fileURLToPath } from 'node:url';
import { execFileSync } from 'node:child_process';
import { type ServerProgram, type Setup, USER } from './foreign-server.js';
import { findProgram, missingProgram } from './unpacked.js';

/** Debian's own Python has Debian's modules; another one may come first in PATH. */
const PYTHON = '/usr/bin/python3';
/** The compiler leaves the script where it is, beside the source of this file. */
const SCRIPT = fileURLToPath(new URL('../../../kit/servers/pyftpdlib-server.py', import.meta.url));

/** A library, run by a script of our own. Implicit TLS is the few lines that everybody adds to it. */
export const pyftpdlib: ServerProgram = {
  name: 'pyftpdlib',
  missing: () => missingProgram('pyftpdlib', hasModules() ? PYTHON : undefined),
  prepare(setup) {
    if (setup.options.requireSessionReuse === true)
      throw new Error('pyftpdlib cannot require that TLS sessions are resumed');
    if (setup.options.confined === false) throw new Error('pyftpdlib always confines its users');
    return { command: PYTHON, args: [SCRIPT, JSON.stringify(wishes(setup))] };
  },
};

function hasModules(): boolean {
  if (findProgram(PYTHON) === undefined) return false;
  try {
    execFileSync(PYTHON, ['-c', 'import pyftpdlib, OpenSSL'], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // a module is not installed
  }
}

/** What pyftpdlib-server.py reads. */
function wishes({ host, port, root, certificate, options }: Setup): Readonly<Record<string, unknown>> {
  return {
    host,
    port,
    root,
    certificate,
    user: USER,
    tls: options.tls ?? 'none',
    requireTls: options.requireTls ?? false,
    passivePorts: options.passivePorts ?? null,
    publicAddress: options.publicAddress ?? null,
    refuse: options.refuse ?? [],
    maxClients: options.maxClients ?? 50,
  };
}
