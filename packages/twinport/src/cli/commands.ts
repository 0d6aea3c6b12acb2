import type { Command } from 'commander';

/** What the scripts that `twinport completion` prints ask for. No help shows it. */
export const COMPLETE_SITES = 'complete-sites';

/** Every command, in the order of the help, and how it is loaded. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.js')).serveCommand(),
  ls: async () => (await import('./ls.js')).lsCommand(),
  cat: async () => (await import('./cat.js')).catCommand(),
  get: async () => (await import('./get.js')).getCommand(),
  put: async () => (await import('./put.js')).putCommand(),
  cp: async () => (await import('./cp.js')).cpCommand(),
  mv: async () => (await import('./mv.js')).mvCommand(),
  rm: async () => (await import('./rm.js')).rmCommand(),
  mkdir: async () => (await import('./mkdir.js')).mkdirCommand(),
  stat: async () => (await import('./stat.js')).statCommand(),
  hash: async () => (await import('./hash.js')).hashCommand(),
  find: async () => (await import('./find.js')).findCommand(),
  sync: async () => (await import('./sync.js')).syncCommand(),
  raw: async () => (await import('./raw.js')).rawCommand(),
  bench: async () => (await import('./bench.js')).benchCommand(),
  doctor: async () => (await import('./doctor.js')).doctorCommand(),
  shell: async () => (await import('./shell.js')).shellCommand(),
  user: async () => (await import('./user.js')).userCommand(),
  group: async () => (await import('./group.js')).groupCommand(),
  site: async () => (await import('./site.js')).siteCommand(),
  rules: async () => (await import('./rules.js')).rulesCommand(),
  explain: async () => (await import('./explain.js')).explainCommand(),
  simulate: async () => (await import('./simulate.js')).simulateCommand(),
  config: async () => (await import('./config.js')).configCommand(),
  verify: async () => (await import('./verify.js')).verifyCommand(),
  completion: async () => (await import('./completion.js')).completionCommand(),
  [COMPLETE_SITES]: async () => (await import('./completion.js')).completeSitesCommand(),
};

/** Those that a command line needs: loading all takes longer than most of them run. */
export function neededCommands([first = '']: readonly string[]): readonly string[] {
  if (first === '--version' || first === '-V') return [];
  // Its scripts are made from all the others.
  return Object.hasOwn(COMMANDS, first) && first !== 'completion' ? [first] : Object.keys(COMMANDS);
}
