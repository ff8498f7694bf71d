// Puts safetensors files together from a header and data of one's own choice, right or wrong.

/** Length field, header, data. */
export function fileOf(header: string | Uint8Array, data: Uint8Array): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}
