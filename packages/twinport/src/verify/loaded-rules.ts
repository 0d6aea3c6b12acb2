import type { RuleSet, RuleText } from '@twinport/ftp/firewall';
import type { Host } from './network.js';

export type Rules = Pick<RuleSet, 'texts' | 'undo'>;

const NOTHING: Rules = { texts: [], undo: [] };
/** No rule is like this. */
const END = 'END-OF-RULES';

/** The rules on the hosts of a network. */
export class LoadedRules {
  readonly #loaded = new Map<Host, Rules>();

  /** Puts rules in place of those before. Rejects with what the program that loads them said. */
  async load(host: Host, rules: Rules): Promise<void> {
    const before = this.#loaded.get(host) ?? NOTHING;
    if (JSON.stringify(before.texts) === JSON.stringify(rules.texts)) return;
    this.#loaded.delete(host);
    await run(host, [...before.undo, ...rules.texts]);
    this.#loaded.set(host, rules);
  }
}

/** As somebody would who has written the texts to files, in a folder that is gone with the shell: its mounts are its own. */
async function run(host: Host, texts: readonly RuleText[]): Promise<void> {
  const files = texts.map(({ name, text }) => `cat > '${name}' << '${END}'\n${text}${END}\n`);
  const loads = texts.map(({ load }) => load);
  try {
    await host.run(['mount -t tmpfs rules /tmp', 'cd /tmp', ...files, ...loads].join('\n'));
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new Error(`the rules do not load (${loads.join('; ')}): ${said}`, { cause });
  }
}
