import { readFileSync, writeFileSync } from 'node:fs';
import { compareClients } from './clients/compare.js';
import { runInOwnNetwork } from './own-network.js';
import { type Options, USAGE, readOptions } from './options.js';
import { drawPicture } from './picture.js';
import { type Report, machine } from './report.js';
import { compareServers } from './servers.js';
import { formatMarkdown, formatSummary, formatTables } from './table.js';

async function measure(options: Options): Promise<Report> {
  const { rounds, size, short } = options;
  const sections = [];
  if (options.servers) sections.push(await compareServers(options));
  if (options.clients && !options.stop.aborted) sections.push(await compareClients(options));
  return { date: new Date().toISOString(), machine: machine(), rounds, size, short, sections };
}

function write(report: Report, { format, svg }: Options): void {
  if (svg !== undefined) writeFileSync(svg, drawPicture(report));
  const formats = { text: formatTables, markdown: formatMarkdown, summary: formatSummary, json: toJson };
  process.stdout.write(formats[format](report));
}

function toJson(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

async function main(stop: AbortController): Promise<void> {
  const options = readOptions(stop.signal);
  const { from } = options;
  const code = from === undefined ? await runInOwnNetwork() : undefined;
  if (code !== undefined) {
    process.exitCode = code;
    return;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // A terminal's Ctrl-C comes twice where a network of its own is used.
    process.on(signal, () => {
      process.exitCode = 130;
      stop.abort(); // which ends the measure that is being taken
    });
  }
  const report =
    from === undefined ? await measure(options) : (JSON.parse(readFileSync(from, 'utf8')) as unknown as Report);
  if (!stop.signal.aborted) write(report, options);
}

if (process.argv.includes('--help')) process.stdout.write(USAGE);
else await main(new AbortController());
