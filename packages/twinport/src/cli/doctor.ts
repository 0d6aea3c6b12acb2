import type { ClientTlsOptions, TlsMode } from '@twinport/ftp/client';
import { type Observations, type Security, diagnose, walk } from '@twinport/ftp/firewall';
import type { Command } from 'commander';
import { UsageFault } from '../daemon/usage-fault.js';
import { resolveRemote } from '../sites/index.js';
import { type CommandRun, runCommand } from './command-run.js';
import { type ServerFlags, examineServer } from './doctor-server.js';
import { ClientProber } from './doctor/client-prober.js';
import { exitCodeOfDiagnosis } from './doctor/exit-code.js';
import { diagnosisText, observationText } from './doctor/report.js';
import { EXIT } from './exit.js';
import { portNumber, sourcePort } from './plan-flags.js';
import { type SharedFlags, addSharedOptions, clientCommand, portRange, wholeNumber } from './shared-flags.js';

interface Flags extends SharedFlags, ServerFlags {
  readonly write?: string;
  readonly long?: number | true;
  readonly fingerprint?: string;
  readonly server?: boolean;
}

/** Longer than the timers of home routers; load balancers forget after four to six minutes. */
const LONG_SECONDS = 400;

const EXAMPLES = `
  twinport doctor ftp://ftp.example.net
  twinport doctor ftpes://ann@ftp.example.net --write /incoming --long
  twinport doctor --server --config twinport.toml
  twinport doctor --json ftp://ftp.example.net | jq .findings[].id

It tries every way of opening a data connection, over IPv4 and IPv6, in clear and in TLS, and says which of them work, what keeps
the others from working, where that is, and what to change. The exit code is 0 when files get through as the URL asks (in TLS or
not), even where some way does not; 10 when commands get through and files do not; else as of other commands.`;

export function doctorCommand(): Command {
  const command = clientCommand('doctor', 'find out which data path works, and why the others do not', {
    examples: EXAMPLES,
  })
    .argument('[REMOTE]', 'the server; a file in it is fetched, at most 256 KiB')
    .option('--write <DIR>', 'upload a file of 256 KiB to this folder of the server too, and remove it')
    .option(
      '--long [S]',
      `leave a control connection alone for so many seconds (default: ${LONG_SECONDS})`,
      wholeNumber,
    )
    .option(
      '--fingerprint <HOST>',
      'send odd lines, to see whether a firewall reads the commands; name the host once more: it must be yours',
    )
    .option('--passive-ports <A-B>', 'the range the server is configured for', portRange);
  return addSharedOptions(addServerOptions(command)).action(async (remote: string | undefined, flags: Flags) => {
    if ((remote === undefined) !== (flags.server === true)) throw new UsageFault('give a REMOTE, or --server');
    if (remote === undefined) await runCommand(flags, 'findings', (run) => examineServer(run, flags), 1);
    else await runCommand(flags, 'observations', (run) => examine(run, remote, flags), 1);
  });
}

function addServerOptions(command: Command): Command {
  return command
    .option('--server', 'look at this machine instead, which a server runs on: rules, ports, privileges, addresses')
    .option('--config <FILE>', 'with --server: take its ports from its TOML file; options given here win')
    .option('--port <N>', 'with --server: its control port (default: 21)', portNumber)
    .option('--active-port <N|any>', 'with --server: where active data connections leave from', sourcePort)
    .option('--public-address <ADDR>', 'with --server: the address that PASV announces');
}

async function examine(run: CommandRun, text: string, flags: Flags): Promise<object> {
  const { options, path } = await resolveRemote(text, flags);
  if (options.proxy !== undefined)
    throw new UsageFault('a proxy is not the path that the doctor looks at: leave it out');
  if (flags.fingerprint !== undefined && flags.fingerprint !== options.host)
    throw new UsageFault(`--fingerprint ${flags.fingerprint}: the server is ${options.host}; name it, if it is yours`);
  const security = securityOf(options.tls);
  const port = options.port ?? (security === 'implicit' ? 990 : 21);
  const prober = new ClientProber({
    connect: options,
    port,
    signal: run.signal,
    ...(flags.write !== undefined && { writeTo: flags.write }),
    ...(path !== '' && !path.endsWith('/') && { file: path }),
    onClient: (client) => void run.watch(client),
  });
  const pending: Promise<void>[] = [];
  const idleSeconds = flags.long === true ? LONG_SECONDS : flags.long;
  const seen = await walk(prober, {
    host: options.host,
    port,
    security,
    user: options.user,
    ...(idleSeconds !== undefined && { idleSeconds }),
    fingerprint: flags.fingerprint !== undefined,
    ...(flags.passivePorts && { expectedPorts: flags.passivePorts }),
    // What fails behind Ctrl-C fails by it.
    onObservation: (one) => {
      if (run.signal.aborted) return;
      const printed = run.out.item(one, () => observationText(one, run.screen.paint));
      pending.push(printed.catch((error: unknown) => run.stop(error)));
    },
  });
  await Promise.all(pending);
  run.signal.throwIfAborted();
  return await conclude(run, seen);
}

async function conclude(run: CommandRun, seen: Observations): Promise<object> {
  const diagnosis = diagnose(seen);
  const code = exitCodeOfDiagnosis(seen, diagnosis);
  if (code === EXIT.ok) run.succeed();
  else run.refused(code);
  if (run.out.format === 'text') await run.out.write(diagnosisText(diagnosis, run.screen.paint));
  else await run.out.event({ event: 'diagnosis', ...diagnosis });
  return { ...diagnosis };
}

function securityOf(tls: TlsMode | ClientTlsOptions = 'off'): Security {
  const mode = typeof tls === 'object' ? tls.mode : tls;
  return mode === 'implicit' || mode === 'explicit' ? mode : 'clear';
}
