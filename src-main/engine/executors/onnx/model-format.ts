/**
 * The part of the ONNX file format that we write, as a protobuf schema.
 * Field numbers from onnx.proto (github.com/onnx/onnx, Apache-2.0); versions: IR 10, operator set 21.
 */
import protobuf from 'protobufjs';

const field = (id: number, type: string, rule?: 'repeated') =>
  rule ? { id, type, rule } : { id, type };

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: field(1, 'int64'),
        producerName: field(2, 'string'),
        graph: field(7, 'GraphProto'),
        opsetImport: field(8, 'OperatorSetIdProto', 'repeated'),
      },
    },
    OperatorSetIdProto: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
    GraphProto: {
      fields: {
        node: field(1, 'NodeProto', 'repeated'),
        name: field(2, 'string'),
        initializer: field(5, 'TensorProto', 'repeated'),
        input: field(11, 'ValueInfoProto', 'repeated'),
        output: field(12, 'ValueInfoProto', 'repeated'),
      },
    },
    NodeProto: {
      fields: {
        input: field(1, 'string', 'repeated'),
        output: field(2, 'string', 'repeated'),
        name: field(3, 'string'),
        opType: field(4, 'string'),
        attribute: field(5, 'AttributeProto', 'repeated'),
        domain: field(7, 'string'),
      },
    },
    AttributeProto: {
      fields: {
        name: field(1, 'string'),
        f: field(2, 'float'),
        i: field(3, 'int64'),
        s: field(4, 'bytes'),
        g: field(6, 'GraphProto'),
        ints: field(8, 'int64', 'repeated'),
        type: field(20, 'int32'),
      },
    },
    TensorProto: {
      fields: {
        dims: field(1, 'int64', 'repeated'),
        dataType: field(2, 'int32'),
        name: field(8, 'string'),
        rawData: field(9, 'bytes'),
      },
    },
    ValueInfoProto: { fields: { name: field(1, 'string'), type: field(2, 'TypeProto') } },
    TypeProto: { fields: { tensorType: field(1, 'TensorTypeProto') } },
    TensorTypeProto: {
      fields: { elemType: field(1, 'int32'), shape: field(2, 'TensorShapeProto') },
    },
    TensorShapeProto: { fields: { dim: field(1, 'DimensionProto', 'repeated') } },
    DimensionProto: { fields: { dimValue: field(1, 'int64'), dimParam: field(2, 'string') } },
  },
});
const modelType = root.lookupType('ModelProto');

/** ONNX's numbers of element types. */
export const elementTypes = { float: 1, int: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementTypes;

export type AttributeValue =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string }
  | { readonly graph: OnnxGraph };

export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** `com.microsoft` for ONNX Runtime's own operators. */
  readonly domain?: string;
}

export interface OnnxInitializer {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  /** A text is an extent known at run time only. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** The bytes of an ONNX model. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const message = {
    irVersion: 10,
    producerName: 'phasescape',
    graph: graphMessage(graph, 'main'),
    opsetImport: [
      { domain: '', version: 21 },
      { domain: 'com.microsoft', version: 1 },
    ],
  };
  return modelType.encode(message).finish();
}

function graphMessage(graph: OnnxGraph, name: string): object {
  return {
    name,
    node: graph.nodes.map((node) => ({
      opType: node.opType,
      input: node.inputs,
      output: node.outputs,
      ...(node.domain === undefined ? {} : { domain: node.domain }),
      attribute: Object.entries(node.attributes ?? {}).map(([key, value]) =>
        attributeMessage(key, value),
      ),
    })),
    initializer: graph.initializers.map((t) => ({
      name: t.name,
      dims: t.shape,
      dataType: elementTypes[t.type],
      rawData: t.bytes,
    })),
    input: graph.inputs.map(valueMessage),
    output: graph.outputs.map(valueMessage),
  };
}

function attributeMessage(name: string, value: AttributeValue): object {
  if ('int' in value) return { name, i: value.int, type: 2 };
  if ('ints' in value) return { name, ints: value.ints, type: 7 };
  if ('text' in value) return { name, s: new TextEncoder().encode(value.text), type: 3 };
  return { name, g: graphMessage(value.graph, name), type: 5 };
}

function valueMessage(value: OnnxValue): object {
  const dim = value.shape.map((extent) =>
    typeof extent === 'string' ? { dimParam: extent } : { dimValue: extent },
  );
  return {
    name: value.name,
    type: { tensorType: { elemType: elementTypes[value.type], shape: { dim } } },
  };
}
