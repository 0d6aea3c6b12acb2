import { writeFile } from 'node:fs/promises';
import { type Timeline, drawHtml, drawSvg, drawTerminal } from '@twinport/ftp/firewall';
import { type Command, Option } from 'commander';
import type { CommandRun } from './command-run.js';
import type { SharedFlags } from './shared-flags.js';
import { type Paint, paintFor, plain } from './style.js';

const FORMATS = ['text', 'ascii', 'svg', 'html', 'json'] as const;

export interface DrawingFlags extends SharedFlags {
  readonly format: (typeof FORMATS)[number];
  readonly output?: string;
}

const DEFAULT_COLUMNS = 80;

export function addDrawingOptions(command: Command): Command {
  return command
    .addOption(new Option('--format <FORMAT>', 'how it is drawn').choices(FORMATS).default('text'))
    .option('-o, --output <FILE>', 'write the drawing to a file');
}

/** On stdout `--format json` is what `--json` is elsewhere. */
export function withFormat<Flags extends DrawingFlags>(flags: Flags): Flags {
  return flags.format === 'json' && flags.output === undefined ? { ...flags, json: true } : flags;
}

/** Draws them to stdout, or to the file. */
export async function deliver(run: CommandRun, timelines: readonly Timeline[], flags: DrawingFlags): Promise<void> {
  if (flags.output !== undefined) await writeFile(flags.output, drawn(timelines, flags, plain));
  else if (run.out.format === 'text')
    await run.out.write(drawn(timelines, flags, paintFor(process.stdout, flags, process.env)));
  for (const timeline of timelines) await run.out.item(timeline, () => '');
}

function drawn(timelines: readonly Timeline[], { format }: DrawingFlags, paint: Paint): string {
  switch (format) {
    case 'text':
    case 'ascii': {
      const characters = format === 'ascii' ? 'ascii' : 'unicode';
      return drawTerminal(timelines, { width: process.stdout.columns ?? DEFAULT_COLUMNS, characters, paint });
    }
    case 'svg':
      return drawSvg(timelines);
    case 'html':
      return drawHtml(timelines);
    case 'json':
      return `${JSON.stringify({ timelines }, undefined, 2)}\n`;
  }
}
