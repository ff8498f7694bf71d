// What the charts of runs share: a page with a plot inside its margins, axes with round numbers, colours for light and dark
// pages. Equal data give equal bytes.

import { roundTicks } from './axis.ts';
import { formatCount } from './format.ts';

/** Pixels. The plot lies inside the margins. */
const width = 760;
export const height = 420;
export const left = 72;
export const right: number = width - 28;
export const top = 68;
export const bottom: number = height - 56;

/** From values to pixels. */
export interface Scales {
  x(step: number): number;
  y(value: number): number;
}

/** The scales of a plot that is `steps` wide and reaches from `low` to `high`. */
export function createScales(steps: number, low: number, high: number): Scales {
  return {
    x: (step) => left + ((right - left) * step) / steps,
    y: (value) => bottom - ((bottom - top) * (value - low)) / (high - low),
  };
}

/** The document: a title, a description for those who do not see it, and what is drawn; `below` more pixels are for other charts. */
export function svgDocument(title: string, description: string, style: string, drawn: readonly string[], below = 0): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height + below}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<desc id="description">${escapeXml(description)}</desc>`,
    style,
    `<rect class="page" width="${width}" height="${height + below}" rx="8"/>`,
    `<text class="title" x="${left}" y="30">${escapeXml(title)}</text>`,
    ...drawn.filter((part) => part !== ''),
    '</svg>',
    '',
  ].join('\n');
}

export function returnAxis(low: number, high: number, { y }: Scales): string[] {
  return [
    ...roundTicks(low, high, 5).flatMap((tick) => [
      `<path class="grid" d="M${left} ${pixel(y(tick))}H${right}"/>`,
      `<text class="tick" x="${left - 10}" y="${pixel(y(tick) + 4)}" text-anchor="end">${axisNumber(tick)}</text>`,
    ]),
    `<text class="label" transform="translate(20 ${(top + bottom) / 2}) rotate(-90)">return of an episode</text>`,
  ];
}

export function stepAxis(steps: number, { x }: Scales): string[] {
  return [
    `<path class="axis" d="M${left} ${bottom}H${right}"/>`,
    ...roundTicks(0, steps, 6).flatMap((tick) => [
      `<path class="axis" d="M${pixel(x(tick))} ${bottom}v5"/>`,
      `<text class="tick" x="${pixel(x(tick))}" y="${bottom + 20}" text-anchor="middle">${axisNumber(tick)}</text>`,
    ]),
    `<text class="label" x="${(left + right) / 2}" y="${height - 12}">environment steps</text>`,
  ];
}

/** A tenth of a pixel is as fine as anyone can see. */
export const pixel = (value: number): string => String(Math.round(value * 10) / 10);

/** A number with thousands separated and a true minus sign. */
export function axisNumber(value: number): string {
  const text = Math.abs(value) >= 1000 && Number.isInteger(value) ? formatCount(value) : String(Number(value.toFixed(3)));
  return text.replace('-', '−');
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export interface Palette {
  readonly page: string;
  readonly ink: string;
  readonly soft: string;
  readonly grid: string;
  readonly line: string;
  readonly mark: string;
}

const light: Palette = { page: '#ffffff', ink: '#1f2328', soft: '#59636e', grid: '#e4e8ec', line: '#0969da', mark: '#bc4c00' };
const dark: Palette = { page: '#0d1117', ink: '#e6edf3', soft: '#9198a1', grid: '#262c34', line: '#58a6ff', mark: '#f0883e' };

const pageColors = ({ page, ink, soft, grid }: Palette): string =>
  `.page { fill: ${page} } text { fill: ${soft} } .title { fill: ${ink} } .grid { stroke: ${grid} } .axis { stroke: ${soft} }`;

/**
 * The style of a chart: `shapes` in any colours, then `colors` of a palette. Colours stand in words of their own, because many
 * viewers know neither variables nor dark mode; those show the light one.
 */
export const chartStyle = (shapes: string, colors: (palette: Palette, dark: boolean) => string): string => `<style>
  svg { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif }
  .title { font-size: 16px; font-weight: 600 }
  .label, .note { text-anchor: middle }
  ${shapes}
  ${pageColors(light)}
  ${colors(light, false)}
  @media (prefers-color-scheme: dark) {
  ${pageColors(dark)}
  ${colors(dark, true)}
  }
</style>`;
