// As much of the ONNX format as a network needs: a graph of nodes, float32 inputs, outputs and constants, written as protocol
// buffers by hand. Field numbers are those of onnx.proto, version 1.

/** A number in base 128, lowest digits first. */
function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

const number = (field, value) => Uint8Array.from([...varint(field * 8), ...varint(value)]);
/** A field of bytes: a text, or a message that is already written. */
function bytes(field, content) {
  const data = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return joined([Uint8Array.from([...varint(field * 8 + 2), ...varint(data.length)]), data]);
}

function joined(parts) {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const float = 1; // TensorProto.DataType

/** ValueInfoProto: a name, an element type and a shape. */
function valueInfo({ name, shape }) {
  const dimensions = joined(shape.map((size) => bytes(1, number(1, size))));
  const tensorType = joined([number(1, float), bytes(2, dimensions)]);
  return joined([bytes(1, name), bytes(2, bytes(1, tensorType))]);
}

/** TensorProto: a constant. */
function tensor({ name, shape, data }) {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return joined([...shape.map((size) => number(1, size)), number(2, float), bytes(8, name), bytes(9, raw)]);
}

/** AttributeProto, of a whole number or a list of them. */
function attribute(name, value) {
  if (typeof value === 'number') return joined([bytes(1, name), number(3, value), number(20, 2)]);
  return joined([bytes(1, name), ...value.map((item) => number(8, item)), number(20, 7)]);
}

function node({ op, inputs, output, attributes = {} }) {
  const settings = Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value)));
  return joined([...inputs.map((name) => bytes(1, name)), bytes(2, output), bytes(4, op), ...settings]);
}

/**
 * The bytes of a model. Inputs and outputs are { name, shape }, constants also have `data`, nodes are
 * { op, inputs: names, output: name, attributes? }.
 */
export function encodeModel({ inputs, outputs, constants = [], nodes }) {
  const graph = joined([
    ...nodes.map((one) => bytes(1, node(one))),
    bytes(2, 'graph'),
    ...constants.map((one) => bytes(5, tensor(one))),
    ...inputs.map((one) => bytes(11, valueInfo(one))),
    ...outputs.map((one) => bytes(12, valueInfo(one))),
  ]);
  const operators = joined([bytes(1, ''), number(2, 13)]);
  return joined([number(1, 7), bytes(7, graph), bytes(8, operators)]);
}
