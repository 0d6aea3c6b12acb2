import {
  DEFAULT_PLAN,
  NftFault,
  type NftablesOptions,
  type NftablesPinholes,
  PINHOLE_SETS,
  PINHOLE_TABLE,
  pinholeSetsText,
  renderRules,
} from '@twinport/ftp/firewall';
import type { Server } from '@twinport/ftp/server';
import { UsageFault } from './usage-fault.js';

const SSH = 22;

/** Empties the sets, and has the server tell of faults. Throws UsageFault with what to do, the server being closed: for missing sets with the rules that make them. */
export async function startPinholes(
  pinholes: NftablesPinholes,
  { table }: NftablesOptions,
  server: Server,
): Promise<void> {
  const port = server.endpoints[0]?.port ?? 21;
  try {
    await pinholes.start();
  } catch (error) {
    await server.destroy();
    if (!(error instanceof NftFault)) throw error;
    throw new UsageFault(advice(error, table, port), { cause: error });
  }
  pinholes.on('fault', (cause) =>
    server.emit('warning', { at: Date.now(), code: 'PINHOLES', message: 'the firewall', cause }),
  );
}

function advice({ code, message }: NftFault, table: string | undefined, controlPort: number): string {
  if (code === 'denied') return 'pinholes: nft may not change the firewall: run with CAP_NET_ADMIN';
  if (code === 'not-installed')
    return `pinholes: ${message}: install nftables, or take pinholes out of the configuration`;
  if (code !== 'missing') return `pinholes: ${message}`;
  if (table === undefined || table === PINHOLE_TABLE) {
    const plan = { ...DEFAULT_PLAN, control: controlPort };
    const features = { pinholes: true, outward: true };
    const [rules] = renderRules('nftables', { plan, role: 'server', features, keep: [SSH] }).texts;
    const where = 'Load this; it drops everything else that comes in. Or name the table that drops in firewall.table.';
    return `pinholes: their sets are missing. ${where}\n\n${rules?.text}`;
  }
  const rules = PINHOLE_SETS.map(({ hook, rule }) => `  ${hook}: ${rule}`);
  const what = 'Load this, and put the rules below it into its chains for input and output';
  return `pinholes: their sets are missing in the table inet ${table}. ${what}:\n\n${pinholeSetsText(table)}\n${rules.join('\n')}`;
}
