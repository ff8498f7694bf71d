// What a planted fault is made of.

/** One edit of one file: a text that must occur exactly once, and what takes its place. */
export const edit = (file, find, replace) => ({ file, find, replace });
