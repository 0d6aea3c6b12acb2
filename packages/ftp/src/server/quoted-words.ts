import { SyntaxFault, parseQuotedPath } from '../protocol/index.js';

/** Words between spaces; one that holds spaces is in double quotes, with `"` doubled inside. Throws SyntaxFault('words'). */
export function parseWords(text: string): string[] {
  const words: string[] = [];
  let left = text.trim();
  while (left !== '') {
    const { path: word, rest } = left.startsWith('"') ? quotedWord(left) : plainWord(left);
    words.push(word);
    left = rest.trimStart();
  }
  return words;
}

function quotedWord(text: string): { path: string; rest: string } {
  const quoted = parseQuotedPath(text);
  if (quoted === undefined || !/^(?: |$)/.test(quoted.rest)) throw new SyntaxFault('words', 'a quote has no end');
  return quoted;
}

function plainWord(text: string): { path: string; rest: string } {
  const end = text.indexOf(' ');
  return end === -1 ? { path: text, rest: '' } : { path: text.slice(0, end), rest: text.slice(end) };
}
