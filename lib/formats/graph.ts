/**
 * A network as data: a directed acyclic graph whose nodes are in topological order. Values go by name: the input's
 * name and each node's `output`; nodes refer to weights by their names in the model's map.
 */
export interface Graph {
  readonly input: { readonly name: string; readonly shape: readonly [channels: number, rows: number, cols: number] };
  readonly nodes: readonly GraphNode[];
  /** The value that holds the class scores S_c, before any soft-max. */
  readonly output: string;
}

interface NodeBase {
  /** Unique among the nodes. */
  readonly name: string;
  readonly inputs: readonly string[];
  /** Unique among the values. */
  readonly output: string;
}

export type PixelPair = readonly [rows: number, cols: number];
/** [top, left, bottom, right]. */
export type Padding = readonly [number, number, number, number];

export interface ConvNode extends NodeBase {
  readonly op: 'conv';
  /** [K, C / groups, R, S]; a cross-correlation. */
  readonly weight: string;
  readonly bias: string | null;
  readonly stride: PixelPair;
  readonly pad: Padding;
  /** 1 means neighbouring pixels. */
  readonly dilation: PixelPair;
  readonly groups: number;
}

/** Flattens its input to [n, features] first (channels, rows, cols). */
export interface LinearNode extends NodeBase {
  readonly op: 'linear';
  /** [outputs, features]. */
  readonly weight: string;
  readonly bias: string | null;
}

interface PoolNode extends NodeBase {
  readonly kernel: PixelPair;
  readonly stride: PixelPair;
  readonly pad: Padding;
  /** 'ceil' as in Caffe: the last window must start inside the input or its left padding. */
  readonly rounding: 'floor' | 'ceil';
}

/** Padding counts as minus infinity. */
export interface MaxPoolNode extends PoolNode {
  readonly op: 'maxPool';
}

export interface AveragePoolNode extends PoolNode {
  readonly op: 'averagePool';
  /** Divide by the window's pixels inside the input, or inside the padded input. */
  readonly divisor: 'inside' | 'padded';
}

/** [n, c, h, w] -> [n, c, 1, 1]. */
export interface GlobalAveragePoolNode extends NodeBase {
  readonly op: 'globalAveragePool';
}

/** y = x * (k + alpha / size * sum over `size` channels of x^2)^-beta: alpha as Caffe, ONNX and PyTorch count it. */
export interface LrnNode extends NodeBase {
  readonly op: 'lrn';
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

/** Batch normalisation in inference form, or any per-channel affine map: y[c] = scale[c] * x[c] + shift[c]. */
export interface ScaleShiftNode extends NodeBase {
  readonly op: 'scaleShift';
  readonly scale: string;
  readonly shift: string | null;
}

export interface DropoutNode extends NodeBase {
  readonly op: 'dropout';
  /** Share of units set to zero in training; the identity at test time. */
  readonly rate: number;
}

export interface SimpleNode extends NodeBase {
  /** `add` and `concat` (along channels) take two or more inputs; `flatten` gives [n, features]. */
  readonly op: 'relu' | 'add' | 'concat' | 'flatten' | 'softmax';
}

export type GraphNode =
  | ConvNode
  | LinearNode
  | MaxPoolNode
  | AveragePoolNode
  | GlobalAveragePoolNode
  | LrnNode
  | ScaleShiftNode
  | DropoutNode
  | SimpleNode;
