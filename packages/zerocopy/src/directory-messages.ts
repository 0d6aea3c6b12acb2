import type { FailedCall } from './libc.js';
import { KEPT_WORDS } from './statx-attributes.js';

/** Entries told of at once. */
export const PIECE = 256;
/** Pieces of a directory that may be read ahead. */
export const PIECES = 4;
export const PIECE_WORDS = PIECE * KEPT_WORDS;
/** Between two names: no name has it. */
export const SEPARATOR = '/';

/** A directory to be read by a descriptor of its own, which stays open until that has ended. */
export interface ReadRequest {
  readonly kind: 'read';
  readonly id: number;
  readonly directory: number;
  /** Those that have been read already. Not joined: parts of a string take three times as long to sort. */
  readonly names: readonly string[];
  /** Attributes of {@link PIECES}, which take turns. */
  readonly memory: SharedArrayBuffer;
}

/** `more`: a piece has been used, and its memory is free. `stop`: nobody wants the rest. */
export type DirectoryRequest = ReadRequest | { readonly kind: 'more' | 'stop'; readonly id: number };

/** Some entries. */
export interface Piece {
  /** Joined by {@link SEPARATOR}. */
  readonly names: string;
  /** Of how many names, the first ones, the attributes are in memory. */
  readonly known: number;
}

/** `end`: the descriptor is no longer in use. */
export type DirectoryReport =
  | { readonly kind: 'piece'; readonly id: number; readonly piece: Piece }
  | { readonly kind: 'end'; readonly id: number; readonly failed: FailedCall | undefined };
