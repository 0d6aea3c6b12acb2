import {
  type Diagnosis,
  type DoctorFinding,
  type Observation,
  type NextStep,
  describeObservation,
} from '@twinport/ftp/firewall';
import { printable } from '../../daemon/printable.js';
import type { Paint } from '../style.js';

export function observationText(one: Observation, paint: Paint): string {
  const mark = one.failure ? paint('red', 'fails') : paint('green', 'works');
  const text = describeObservation(one).replace(/: works$/, '');
  return `${mark}  ${printable(text)}\n`;
}

/** The verdict: what is wrong, where, and what to change. */
export function diagnosisText({ verdict, summary, findings, steps }: Diagnosis, paint: Paint): string {
  if (findings.length === 0) return `\n${printable(verdict)}\n`;
  return `\n${paint('bold', printable(summary))}\n${findings.map((finding) => findingText(finding, paint)).join('')}${stepsText(steps, paint)}`;
}

const PLACES: Readonly<Record<NextStep['where'], string>> = {
  here: 'here',
  server: 'on the server’s machine',
  router: 'on the way',
};

function stepsText(steps: readonly NextStep[], paint: Paint): string {
  const texts = steps.map(({ where, text, lines, notes = [] }, index) =>
    [
      `  ${index + 1}. ${PLACES[where]}: ${text}`,
      ...lines.map((line) => `       ${line}`),
      ...notes.map((note) => `     ${note}`),
    ]
      .map((line) => `${printable(line)}\n`)
      .join(''),
  );
  return texts.length === 0 ? '' : `\n${paint('bold', 'What to do, in this order')}\n${texts.join('')}`;
}

/** One row that was found. */
export function findingText(
  { id, place, direction, why, fix, sure, alike, evidence }: DoctorFinding,
  paint: Paint,
): string {
  const way = direction === 'none' ? '' : `, ${direction}`;
  const rows: readonly (readonly [head: string, texts: readonly string[]])[] = [
    ['at', [`${place}${way}`]],
    ['why', [why]],
    ['fix', fix],
    ['seen', evidence],
    ['like', alike.length === 0 ? [] : [`looks the same from here: ${alike.join(', ')}`]],
  ];
  const lines = rows.flatMap(([head, texts]) =>
    texts.map((text, index) => `  ${(index === 0 ? head : '').padEnd(5)} ${printable(text)}\n`),
  );
  return `\n${paint('bold', id)} (${sure})\n${lines.join('')}`;
}
