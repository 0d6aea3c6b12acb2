const GREETINGS: readonly (readonly [RegExp, string])[] = [
  [/^SSH-/i, 'SSH: SFTP is another protocol, which this is no client of'],
  [/^(?:HTTP\/|<!doctype|<html)/i, 'HTTP'],
  [/^\+OK/, 'POP3'],
  [/^\* OK/, 'IMAP'],
  [/^RFB \d/, 'VNC'],
];

/** What speaks in place of an FTP server, told by the first line it says; undefined where that may become a greeting yet. */
export function otherProtocol(line: string): string | undefined {
  return GREETINGS.find(([pattern]) => pattern.test(line))?.[1];
}
