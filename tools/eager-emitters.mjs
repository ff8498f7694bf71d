// Emitters are functions within functions: what a loop does is written as an arrow function, called as soon as what is around it is.
// Engines read a function twice, first to see where it ends, and then, when it is called, to compile it; one within another once more
// for each that it lies in. A function expression in parentheses they take for one that is called at once, and compile it with what
// is around it. So the arrow functions in emitters are published as such.

import { RolldownMagicString } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';

const isNode = (value) => typeof value?.type === 'string';
const isFunction = ({ type }) => /Function/.test(type);

/** The nodes within a node, in the order of the text. */
const childrenOf = (node) => Object.values(node).flat().filter(isNode);

/** Whether an arrow function does what only an arrow function can: it sees what belongs to the function around it. */
const borrows = (node) =>
  ['ThisExpression', 'Super', 'AwaitExpression', 'YieldExpression'].includes(node.type) ||
  (node.type === 'Identifier' && node.name === 'arguments') ||
  childrenOf(node).some(borrows);

/** The arrow functions that are given to calls within other functions, the innermost first. */
const givenArrows = (node, isNested) => [
  ...childrenOf(node).flatMap((child) => givenArrows(child, isNested || isFunction(node))),
  ...(isNested && node.type === 'CallExpression' ? node.arguments.filter(isFreeArrow) : []),
];

const isFreeArrow = (node) => node.type === 'ArrowFunctionExpression' && !node.async && !borrows(node);

/** A plugin for the files that hold emitters. */
export const eagerEmitters = {
  name: 'eager-emitters',
  transform(code, path) {
    if (!/kernels\/wasm\/[^/]*$/.test(path.replaceAll('\\', '/'))) return null;
    const eager = new RolldownMagicString(code);
    for (const { start, end, body } of givenArrows(parseAst(code, { lang: 'ts' }, path), false)) {
      const isBlock = body.type === 'BlockStatement';
      const arrow = code.lastIndexOf('=>', body.start);
      eager.appendRight(start, '(function');
      eager.overwrite(arrow, arrow + 2, isBlock ? '' : '{ return (');
      eager.appendLeft(end, isBlock ? ')' : '); })');
    }
    return { code: eager.toString(), map: eager.generateMap({ hires: true, source: path }).toString() };
  },
};
