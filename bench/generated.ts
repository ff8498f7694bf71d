// Parts of a document that are written by a program: what stands between two comments is replaced, everything else stays.

/** `<!-- begin: name -->` … `<!-- end: name -->`, with the content between them. Throws RangeError where the document has no such part. */
export function replacePart(document: string, name: string, content: string): string {
  const [begin, end] = [`<!-- begin: ${name} -->`, `<!-- end: ${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new RangeError(`replacePart: the document must hold "${begin}" and then "${end}"; got neither or one`);
  return `${document.slice(0, from + begin.length)}\n\n${content.trim()}\n\n${document.slice(to)}`;
}
