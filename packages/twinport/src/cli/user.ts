import { Command } from 'commander';
import { stringify } from 'smol-toml';
import { AccountStore, type FoundAccount, QuotaLedger, type StoredAccount } from '../accounts/index.js';
import { printable } from '../daemon/printable.js';
import { runCommand } from './command-run.js';
import { type DatabaseFlags, databaseFlags, done, printJson, withDatabase } from './user-database.js';
import { type SettingFlags, type UnsetFlags, changed, settingFlags, settingsOf, unsetFlag } from './user-flags.js';
import { importCommand } from './user-import.js';
import { type PasswordFlags, newPassword } from './user-password.js';
import { recountCommand } from './user-recount.js';

interface GroupFlag {
  readonly group?: string;
}

interface AddFlags extends DatabaseFlags, PasswordFlags, SettingFlags, GroupFlag {
  readonly disabled?: boolean;
}

const EXAMPLES = `
Examples:
  twinport user add ann --directory /srv/ann --quota 2G          asks for the password
  twinport user add bob --group staff --password-stdin < secret
  twinport user set ann --hours 'Mon-Fri 08:00-18:00 Europe/Berlin' --unset quotaBytes
  twinport user list --jsonl
  twinport serve --database sqlite:accounts.db

The accounts are in the database that [accounts] of twinport.toml names, or --database. docs/accounts.md tells more.`;

export function userCommand(): Command {
  return new Command('user')
    .description('keep accounts in a database')
    .addHelpText('after', EXAMPLES)
    .addCommand(addCommand())
    .addCommand(setCommand())
    .addCommand(passwdCommand())
    .addCommand(showCommand())
    .addCommand(listCommand())
    .addCommand(stateCommand('disable', 'let nobody log in as these', true))
    .addCommand(stateCommand('enable', 'let them log in again', false))
    .addCommand(removeCommand())
    .addCommand(importCommand())
    .addCommand(recountCommand());
}

function addCommand(): Command {
  return settingFlags(passwordFlags(databaseFlags(new Command('add'))))
    .description('make an account; asks for its password')
    .argument('<NAME>')
    .option('--no-password', 'none: only a certificate lets in')
    .option('--group <NAME>', 'whose settings hold where the account has none')
    .option('--disabled', 'nobody logs in before twinport user enable')
    .addHelpText('after', "\nExample:\n  twinport user add ann --directory '/srv/{name}' --quota 2G")
    .action(async (name: string, flags: AddFlags) => {
      const settings = settingsOf(flags);
      await withDatabase(
        flags,
        async (database) => {
          const password = await newPassword(name, flags);
          const account = { name, disabled: flags.disabled ?? false, settings, ...groupOf(flags) };
          await new AccountStore(database).add({ ...account, ...(password !== undefined && { password }) });
        },
        { create: true },
      );
      done(flags, 'added', [name]);
    });
}

function setCommand(): Command {
  return unsetFlag(settingFlags(databaseFlags(new Command('set'))))
    .description('change settings of an account, and leave the others')
    .argument('<NAME>')
    .option('--group <NAME>', 'whose settings hold where the account has none')
    .addHelpText('after', '\nExample:\n  twinport user set ann --quota 4G --unset expires')
    .action(async (name: string, flags: DatabaseFlags & SettingFlags & UnsetFlags & GroupFlag) => {
      await change(flags, name, ({ group, ...account }) => ({
        ...account,
        ...(group !== undefined && !flags.unset?.includes('group') && { group }),
        ...groupOf(flags),
        settings: changed(account.settings, flags),
      }));
      done(flags, 'changed', [name]);
    });
}

function passwdCommand(): Command {
  return passwordFlags(databaseFlags(new Command('passwd')))
    .description('give an account another password; asks for it')
    .argument('<NAME>')
    .addHelpText('after', '\nExample:\n  twinport user passwd ann')
    .action(async (name: string, flags: DatabaseFlags & PasswordFlags) => {
      await withDatabase(flags, async (database) => {
        const store = new AccountStore(database);
        await store.get(name);
        const password = await newPassword(name, flags);
        await store.change(name, (account) => ({ ...account, ...(password !== undefined && { password }) }));
      });
      done(flags, 'changed', [name]);
    });
}

function showCommand(): Command {
  return databaseFlags(new Command('show'))
    .description('all settings of an account, those of its group included')
    .argument('<NAME>')
    .addHelpText('after', '\nExample:\n  twinport user show ann')
    .action(async (name: string, flags: DatabaseFlags) => {
      const account = await withDatabase(flags, async (database) => {
        const stored = await new QuotaLedger(database).usage(name);
        return { ...shown(await new AccountStore(database).get(name)), ...(stored && { stored }) };
      });
      if (flags.json) printJson(account);
      else process.stdout.write(`${stringify(account).trimEnd()}\n`);
    });
}

function listCommand(): Command {
  return databaseFlags(new Command('list'))
    .description('all accounts')
    .option('--jsonl', 'print a JSON object a line')
    .addHelpText('after', '\nExample:\n  twinport user list --jsonl | jq -r .name')
    .action(async (flags: DatabaseFlags & { readonly jsonl?: boolean }) => {
      await runCommand(flags, 'accounts', (run) =>
        withDatabase(flags, async (database) => {
          for await (const account of new AccountStore(database).list()) {
            run.signal.throwIfAborted();
            await run.out.item(shown(account), () => line(account));
          }
        }),
      );
    });
}

function stateCommand(name: string, description: string, disabled: boolean): Command {
  return databaseFlags(new Command(name))
    .description(description)
    .argument('<NAME...>')
    .addHelpText('after', `\nExample:\n  twinport user ${name} ann`)
    .action(async (names: readonly string[], flags: DatabaseFlags) => {
      for (const each of names) await change(flags, each, (account) => ({ ...account, disabled }));
      done(flags, `${name}d`, names);
    });
}

function removeCommand(): Command {
  return databaseFlags(new Command('rm'))
    .description('forget accounts; their files stay')
    .argument('<NAME...>')
    .addHelpText('after', '\nExample:\n  twinport user rm ann')
    .action(async (names: readonly string[], flags: DatabaseFlags) => {
      await withDatabase(flags, async (database) => {
        const store = new AccountStore(database);
        for (const name of names) await store.get(name);
        for (const name of names) await store.remove(name);
      });
      done(flags, 'removed', names);
    });
}

function passwordFlags(command: Command): Command {
  return command.option('--password-stdin', 'the password is the first line of stdin');
}

function groupOf({ group }: GroupFlag): GroupFlag {
  return group === undefined ? {} : { group };
}

async function change(flags: DatabaseFlags, name: string, how: (account: StoredAccount) => StoredAccount) {
  await withDatabase(flags, (database) => new AccountStore(database).change(name, how));
}

/** Everything but the password hash, of which only its kind is told. */
function shown({ name, password, group, disabled, settings, effective }: FoundAccount) {
  const ofGroup = Object.keys(effective).filter((key) => !Object.hasOwn(settings, key));
  return {
    name,
    ...(group !== undefined && { group }),
    disabled,
    password: password === undefined ? 'none' : (/^\$([^$]+)\$/.exec(password)?.[1] ?? 'unknown'),
    ...effective,
    ...(ofGroup.length > 0 && { ofGroup }),
  };
}

function line({ name, group = '-', disabled, effective }: FoundAccount): string {
  const { directory = '-' } = effective;
  return `${[disabled ? 'disabled' : 'enabled ', name, group, directory].map(printable).join('  ')}\n`;
}
