import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuleSet, RuleText } from '@twinport/ftp/firewall';
import type { Host } from './network.js';

const NOTHING: Rules = { texts: [], undo: [] };

export type Rules = Pick<RuleSet, 'texts' | 'undo'>;

/** The rules on the hosts of a network. */
export class LoadedRules implements AsyncDisposable {
  readonly #folder: string;
  readonly #loaded = new Map<Host, Rules>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<LoadedRules> {
    return new LoadedRules(await mkdtemp(join(tmpdir(), 'twinport-verify-')));
  }

  /** Puts rules in place of those before. Rejects with what the program that loads them said. */
  async load(host: Host, rules: Rules): Promise<void> {
    const before = this.#loaded.get(host) ?? NOTHING;
    if (isSame(before, rules)) return;
    this.#loaded.delete(host);
    await this.#run(host, before.undo);
    await this.#run(host, rules.texts);
    this.#loaded.set(host, rules);
  }

  async #run(host: Host, texts: readonly RuleText[]): Promise<void> {
    if (texts.length === 0) return;
    const folder = join(this.#folder, host.name);
    await mkdir(folder, { recursive: true });
    for (const { name, text } of texts) await writeFile(join(folder, name), text);
    await host.run(texts.map(({ load }) => load).join('\n'), folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function isSame(one: Rules, other: Rules): boolean {
  return JSON.stringify(one.texts) === JSON.stringify(other.texts);
}
