import { Command } from 'commander';
import { stringify } from 'smol-toml';
import { type Group, GroupStore } from '../accounts/index.js';
import { printable } from '../daemon/printable.js';
import { type DatabaseFlags, databaseFlags, done, printJson, withDatabase } from './user-database.js';
import { type SettingFlags, type UnsetFlags, changed, settingFlags, settingsOf, unsetFlag } from './user-flags.js';

const EXAMPLES = `
Examples:
  twinport group add staff --directory '/srv/{name}' --quota 2G --require-tls
  twinport user add ann --group staff
  twinport group set staff --quota 4G        for all in it that have no quota of their own`;

export function groupCommand(): Command {
  return new Command('group')
    .description('keep what accounts have unless they say otherwise')
    .addHelpText('after', EXAMPLES)
    .addCommand(addCommand())
    .addCommand(setCommand())
    .addCommand(showCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand());
}

function addCommand(): Command {
  return settingFlags(databaseFlags(new Command('add')))
    .description('make a group')
    .argument('<NAME>')
    .addHelpText('after', "\nExample:\n  twinport group add staff --directory '/srv/{name}'")
    .action(async (name: string, flags: DatabaseFlags & SettingFlags) => {
      const group = { name, settings: settingsOf(flags) };
      await withDatabase(flags, (database) => new GroupStore(database).add(group), { create: true });
      done(flags, 'added', [name]);
    });
}

function setCommand(): Command {
  return unsetFlag(settingFlags(databaseFlags(new Command('set'))))
    .description('change settings of a group, and leave the others')
    .argument('<NAME>')
    .addHelpText('after', '\nExample:\n  twinport group set staff --quota 4G --unset hours')
    .action(async (name: string, flags: DatabaseFlags & SettingFlags & UnsetFlags) => {
      await withDatabase(flags, (database) =>
        new GroupStore(database).change(name, (settings) => changed(settings, flags)),
      );
      done(flags, 'changed', [name]);
    });
}

function showCommand(): Command {
  return databaseFlags(new Command('show'))
    .description('all settings of a group')
    .argument('<NAME>')
    .addHelpText('after', '\nExample:\n  twinport group show staff')
    .action(async (name: string, flags: DatabaseFlags) => {
      const group = shown(await withDatabase(flags, (database) => new GroupStore(database).get(name)));
      if (flags.json) printJson(group);
      else process.stdout.write(`${stringify(group).trimEnd()}\n`);
    });
}

function listCommand(): Command {
  return databaseFlags(new Command('list'))
    .description('all groups')
    .addHelpText('after', '\nExample:\n  twinport group list')
    .action(async (flags: DatabaseFlags) => {
      const groups = await withDatabase(flags, (database) => new GroupStore(database).list());
      if (flags.json) printJson({ groups: groups.map(shown) });
      else process.stdout.write(groups.map(({ name }) => `${printable(name)}\n`).join(''));
    });
}

function removeCommand(): Command {
  return databaseFlags(new Command('rm'))
    .description('forget a group that no account is in')
    .argument('<NAME>')
    .addHelpText('after', '\nExample:\n  twinport group rm staff')
    .action(async (name: string, flags: DatabaseFlags) => {
      await withDatabase(flags, (database) => new GroupStore(database).remove(name));
      done(flags, 'removed', [name]);
    });
}

const shown = ({ name, settings }: Group) => ({ name, ...settings });
