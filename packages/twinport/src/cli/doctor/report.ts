import { type Diagnosis, type DoctorFinding, type Observation, describeObservation } from '@twinport/ftp/firewall';
import { printable } from '../../daemon/printable.js';
import type { Paint } from '../style.js';

export function observationText(one: Observation, paint: Paint): string {
  const mark = one.failure ? paint('red', 'fails') : paint('green', 'works');
  const text = describeObservation(one).replace(/: works$/, '');
  return `${mark}  ${printable(text)}\n`;
}

/** The verdict: what is wrong, where, and what to change. */
export function diagnosisText({ verdict, summary, findings }: Diagnosis, paint: Paint): string {
  if (findings.length === 0) return `\n${printable(verdict)}\n`;
  return `\n${paint('bold', printable(summary))}\n${findings.map((finding) => findingText(finding, paint)).join('')}`;
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
