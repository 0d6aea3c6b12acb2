import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS, neededCommands } from './commands.js';

test('every command is loaded under its own name', async () => {
  for (const [name, load] of Object.entries(COMMANDS)) assert.equal((await load()).name(), name);
});

test('a command line loads what it names alone, and all where help, a slip or a completion script needs them', () => {
  const all = Object.keys(COMMANDS);
  const cases: readonly (readonly [args: readonly string[], needed: readonly string[]])[] = [
    [['ls', 'ftp://h/', '--help'], ['ls']],
    [['complete-sites'], ['complete-sites']],
    [['--version'], []],
    [['-V'], []],
    [['completion', 'bash'], all],
    [['help', 'ls'], all],
    [['--help'], all],
    [['sl'], all],
    [['constructor'], all],
    [[], all],
  ];
  for (const [args, needed] of cases) assert.deepEqual(neededCommands(args), needed, args.join(' '));
});
