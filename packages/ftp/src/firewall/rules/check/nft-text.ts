import { type Json, type JsonRecord, asList, isList, isRecord, word } from './json.js';
import { subjectOf } from './nft-match.js';

/** A rule as nft writes it, near enough to be recognised. */
export function nftText(rule: JsonRecord): string {
  const chain = [rule['family'], rule['table'], rule['chain']].map(word).join(' ');
  return `${chain}: ${asList(rule['expr']).filter(isRecord).map(statementText).filter(Boolean).join(' ')}`;
}

function statementText(statement: JsonRecord): string {
  const { match, vmap, jump, goto } = statement;
  if (isRecord(match)) {
    const op = match['op'] === '==' || match['op'] === 'in' ? '' : `${word(match['op'])} `;
    return `${subjectOf(match['left'])} ${op}${valueText(match['right'])}`;
  }
  if (isRecord(vmap)) return `${subjectOf(vmap['key'])} vmap ${valueText(vmap['data'])}`;
  if (isRecord(jump)) return `jump ${word(jump['target'])}`;
  if (isRecord(goto)) return `goto ${word(goto['target'])}`;
  const [name = '', value] = Object.entries(statement)[0] ?? [];
  if (name === 'counter') return '';
  return typeof value === 'string' ? `${name} ${JSON.stringify(value)}` : name;
}

function valueText(value: Json | undefined): string {
  if (isList(value)) return value.map(valueText).join(',');
  if (!isRecord(value)) return word(value);
  const { range, set, prefix } = value;
  if (range !== undefined) return asList(range).map(word).join('-');
  if (set !== undefined) return `{ ${asList(set).map(elementText).join(', ')} }`;
  if (isRecord(prefix)) return `${word(prefix['addr'])}/${word(prefix['len'])}`;
  return JSON.stringify(value);
}

/** Of a verdict map: the value, and what becomes of it. */
function elementText(element: Json): string {
  if (!isList(element)) return valueText(element);
  const [value, verdict] = element;
  return `${valueText(value)} : ${isRecord(verdict) ? statementText(verdict) : ''}`;
}
