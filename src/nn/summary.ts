// A network at a glance: one line for each layer, with its parameters' shapes and how many numbers it learns.

import { formatShape, type Shape, type Tensor, zeros } from '../tensor/index.ts';
import { type Module, parameterCount } from './module.ts';

type Row = readonly [layer: string, kind: string, parameters: string, output: string, count: string];

/**
 * A table of the module's layers. Given the shape of one input, without the batch axis, it also shows the shape of each layer's
 * output; for this one input of zeros is sent through. Throws ShapeError when it does not fit.
 */
export function summary(module: Module, inputShape?: Shape): string {
  const rows: Row[] = [];
  const output = visit('', module, inputShape && zeros([1, ...inputShape]), rows);
  const header: Row = ['layer', 'kind', 'parameters', 'output', 'count'];
  const total: Row = ['total', '', '', formatOutput(output), String(parameterCount(module))];
  return formatTable([header, ...rows, total]);
}

/** Adds the rows of a module under a name; returns its output for the input, if there is one. */
function visit(name: string, module: Module, input: Tensor | undefined, rows: Row[]): Tensor | undefined {
  const output = input && module.forward(input);
  if (module.layers === undefined) {
    const shapes = Array.from(module.parameters(), ([parameter, { shape }]) => `${parameter} ${formatShape(shape)}`);
    rows.push([name, module.describe?.() ?? 'module', shapes.join(', '), formatOutput(output), String(parameterCount(module))]);
  } else {
    let between = input;
    for (const [part, layer] of Object.entries(module.layers))
      between = visit(name === '' ? part : `${name}.${part}`, layer, between, rows);
  }
  return output;
}

const formatOutput = (output: Tensor | undefined): string =>
  output === undefined ? '' : `[${['B', ...output.shape.slice(1)].join(', ')}]`;

/** Columns two spaces apart, the last one aligned to the right; columns that say nothing are left out. */
function formatTable(rows: readonly Row[]): string {
  const said = rows[0].map((_, column) => column).filter((column) => rows.slice(1).some((row) => row[column] !== ''));
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const last = rows[0].length - 1;
  const lines = rows.map((row) =>
    said.map((column) => (column === last ? row[column].padStart(widths[column]) : row[column].padEnd(widths[column]))),
  );
  return lines.map((cells) => cells.join('  ')).join('\n');
}
