import { test } from 'node:test';
import { ListingParser } from './listing-parser.js';
import { checkLine, now, type SystemSamples } from './samples.test.js';
import { unixSamples } from './unix-samples.test.js';

const systems: readonly SystemSamples[] = [unixSamples];

for (const { format, lines } of systems) {
  test(`each line of ${format} is read for what it says, and its format is found out`, () => {
    for (const sample of lines) checkLine(new ListingParser({ now }), sample, format);
  });
}
