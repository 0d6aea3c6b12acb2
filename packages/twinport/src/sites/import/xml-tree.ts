import { SaxesParser } from 'saxes';
import { ImportFault } from './import-list.js';

/** An element, its texts joined. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Of the element itself, without that of its children. */
  readonly text: string;
}

interface Open extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/** Elements within each other. */
export const MAX_XML_DEPTH = 64;
export const MAX_XML_ELEMENTS = 500_000;

/**
 * Reads a whole XML document. There are no entities but XML's own five and characters by number: a document that
 * declares others is refused, so that none can grow. Throws ImportFault with line and column.
 */
export function parseXml(source: string): XmlElement {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const refuse = (message: string): never => {
    throw new ImportFault(`line ${parser.line}, column ${parser.column}: ${message}`);
  };
  const root: Open = { name: '', attributes: new Map(), children: [], text: '' };
  const path: Open[] = [root];
  let count = 0;
  // The parser's own message may quote the document.
  parser.on('error', () => refuse('not well-formed XML'));
  parser.on('doctype', (doctype) => {
    if (/<!ENTITY/i.test(doctype)) refuse('it declares entities, which are not read');
  });
  parser.on('opentag', ({ name, attributes }) => {
    count += 1;
    if (count > MAX_XML_ELEMENTS) refuse('too many elements');
    if (path.length > MAX_XML_DEPTH) refuse('elements are too deep within each other');
    const element: Open = { name, attributes: new Map(Object.entries(attributes)), children: [], text: '' };
    path.at(-1)?.children.push(element);
    path.push(element);
  });
  const addText = (text: string): void => {
    const element = path.at(-1);
    if (element) element.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => path.pop());
  parser.write(source).close();
  return root.children[0] ?? refuse('there is no element');
}

/** The text of the first child of that name, blanks at both ends left out; undefined where there is none or it is empty. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text.trim() || undefined;
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}
