// The flags that every benchmark program has: how much is measured, and what becomes of it.

const flag = { type: 'boolean', default: false } as const;

/** For parseArgs. */
export const outputFlags = { help: flag, json: flag, markdown: flag, quick: flag, save: flag } as const;

export type OutputOptions = { readonly [name in keyof typeof outputFlags]: boolean };

/** What was given of them. Throws RangeError for two that exclude each other; `who` is the program. */
export function outputOptions(who: string, { help, json, markdown, quick, save }: OutputOptions): OutputOptions {
  if (quick && save) throw new RangeError(`${who}: --save must stand without --quick; got both. A quick run is too noisy to keep`);
  if (json && markdown) throw new RangeError(`${who}: --json must stand without --markdown; got both`);
  return { help, json, markdown, quick, save };
}
