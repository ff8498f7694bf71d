// "Did you mean": the known name closest to a mistyped one, and the error that says so. Used wherever a name comes from a
// person: environments, presets, flags.

/** A name is none of the known ones. The facts are in the message and in the fields. */
export class UnknownNameError extends Error {
  /** What the name is of, such as "environment"; the message begins with it. */
  readonly kind: string;
  readonly given: string;
  readonly closest: string | undefined;

  constructor(kind: string, given: string, known: readonly string[]) {
    super(`${kind}: must be one of ${known.join(', ')}; got ${JSON.stringify(given)}${suggestion(given, known)}`);
    this.name = 'UnknownNameError';
    this.kind = kind;
    this.given = given;
    this.closest = closestName(given, known);
  }
}

/** The end of an error message, `. Did you mean Catch?`; empty when no known name is close. */
export function suggestion(given: string, known: readonly string[]): string {
  const closest = closestName(given, known);
  return closest === undefined ? '' : `. Did you mean ${closest}?`;
}

/**
 * The known name closest to the given one, or undefined when none is close: at most two fifths of the longer name may differ,
 * capital letters aside. A beginning of a name, of three letters or more, counts as one mistake.
 */
export function closestName(given: string, known: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  let closest: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const candidate = name.toLowerCase();
    const mistakes = wanted.length >= 3 && candidate.startsWith(wanted) ? 1 : editDistance(wanted, candidate);
    if (mistakes < fewest && mistakes <= 0.4 * Math.max(wanted.length, candidate.length)) {
      closest = name;
      fewest = mistakes;
    }
  }
  return closest;
}

/**
 * The fewest insertions, deletions, replacements and swaps of neighbours that turn one word into the other, where no part is
 * edited twice [Damerau 1964]. d[i][j] is the distance between the first i letters of a and the first j of b.
 */
export function editDistance(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : i)));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = d[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      d[i][j] = Math.min(replaced, d[i - 1][j] + 1, d[i][j - 1] + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.length][b.length];
}
