/** How far sequence number `one` is after `other`; they start again after 2^32 (RFC 9293 §3.4). */
export function sequenceDistance(one: number, other: number): number {
  return (one - other) | 0;
}

export function advanceSequence(sequence: number, by: number): number {
  return (sequence + by) >>> 0;
}
