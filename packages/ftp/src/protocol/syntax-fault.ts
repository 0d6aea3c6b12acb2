/** What a parser throws on text that is not what the RFC says. `part` names the element: 'host-port', 'path', 'time', … */
export class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault';
  readonly code = 'SYNTAX';
  readonly part: string;

  constructor(part: string, message: string) {
    super(message);
    this.part = part;
  }
}
