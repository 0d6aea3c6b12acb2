import { DEFAULT_PLAN, RulesetFault, checkRuleset, parseRuleset } from '@twinport/ftp/firewall';
import { decodeText } from '@twinport/ftp/protocol';

const REQUEST = { plan: DEFAULT_PLAN, role: 'server', features: { range: true, helper: 'assigned' } } as const;

/** The rules that a machine has, as its programs print them: any text is one of three things, and none of them is a crash. */
export const rulesetTargets: Record<string, (bytes: Uint8Array) => void> = {
  parseRuleset: (bytes) => {
    const text = decodeText(bytes);
    for (const each of [text, `{${text}`, `*filter\n:INPUT DROP [0:0]\n-A INPUT ${text}`]) check(each);
  },
};

function check(text: string): void {
  try {
    checkRuleset(parseRuleset(text), REQUEST);
  } catch (error) {
    if (!(error instanceof RulesetFault)) throw error;
  }
}
