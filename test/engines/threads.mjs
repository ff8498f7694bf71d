// Threads in a browser's pages, with the headers under which they can be had and without. What is asked there: threads-worker.mjs.

import { reportFromPage } from './browser.mjs';

const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const policy = (workers) => ({ 'Content-Security-Policy': `script-src 'self' 'wasm-unsafe-eval'; worker-src ${workers}` });

/** Each: its name, its headers, and what is asked there. */
export const pages = [
  { name: 'an isolated page', headers: { ...isolated, ...policy("'self' blob:") }, question: 'isolated' },
  { name: 'a page that is not isolated', headers: policy("'self' blob:"), question: 'not-isolated' },
  { name: 'an isolated page that forbids blob workers', headers: { ...isolated, ...policy("'self'") }, question: 'forbidden' },
];

/** What held on the page and what did not: two lists of sentences. */
export async function reportOnThreads(browser, { headers, question }) {
  try {
    const { held = [], broken = [], error } = await reportFromPage(browser, headers, `threads-page.mjs?${question}`);
    return { held, broken: error === undefined ? broken : [...broken, error] };
  } catch (error) {
    return { held: [], broken: [error instanceof Error ? error.message : String(error)] };
  }
}
