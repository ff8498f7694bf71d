// Files longer than one array of bytes can be. They are written as a list of pieces, one behind the other, and read a range at a
// time from wherever they are kept; who has the bytes in memory needs neither.

/** A file to be read. */
export interface ByteSource {
  /** In bytes. */
  readonly length: number;
  /** The bytes from `start` up to, not including, `end`, in memory of their own. Throws when they cannot be had. */
  read(start: number, end: number): Uint8Array;
}

/** Bytes in memory as a source; a source as itself. */
export function sourceOf(file: Uint8Array | ByteSource): ByteSource {
  if (!(file instanceof Uint8Array)) return file;
  return { length: file.length, read: (start, end) => new Uint8Array(file.subarray(start, end)) };
}

/** The pieces as one array. Throws RangeError where an array cannot be as long. */
export function joinPieces(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
