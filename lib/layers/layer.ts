import type { Activation, Device, ExpectedGradient, Layout, ReluRule, Shape, Tensor } from '../device/index.js';
import { DeepInsideError } from '../errors.js';

/** A learnt array on the host: row-major float32. */
export interface HostWeight {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** What a tensor looks like: its logical shape, and how its bytes lie. */
export interface Operand {
  readonly shape: Shape;
  readonly layout: Layout;
}

/** Channels first .. first + count - 1. */
export interface ChannelRange {
  readonly first: number;
  readonly count: number;
}

/** One kind of computation with its weights, for inputs of any size. */
export interface Layer {
  /** Learnt numbers. */
  readonly parameters: number;
  /** Whether `plan` can apply a ReLU to the output at no cost. */
  readonly fusesRelu: boolean;
  /** The output's shape, batch first; throws ERR_SHAPE, naming the node, where the inputs do not fit. */
  outputShape(inputs: readonly Shape[]): Shape;
  /** Choice: two per multiply-add of convolutions and matrices; the other layers cost next to nothing and count as 0. */
  flops(inputs: readonly Shape[]): number;
  /**
   * Prepares it for inputs of these shapes and, if possible, layouts. Only a layer that fuses takes 'relu'. `dy`: what
   * most gradients will be, if known.
   */
  plan(
    device: Device,
    inputs: readonly Operand[],
    activation: Activation,
    dy?: ExpectedGradient,
  ): Promise<PlannedLayer>;
  /**
   * Queued: every plan, made before or after, sees these weights of the same shapes from now on; null leaves the bias as
   * it is. Absent: it has none.
   */
  update?(device: Device, weight: Float32Array, bias: Float32Array | null): Promise<void>;
  /** Gives its weights back; plans must have gone before. */
  dispose(): void;
}

/** How LRN passes a signal back: by its derivative, or unchanged, as if it were not there. */
export type LrnRule = 'gradient' | 'identity';

/** How the layers with a choice pass a signal back. */
export interface BackwardRules {
  readonly rule: ReluRule;
  readonly lrn: LrnRule;
}

/** What a layer does in any case, or hands on from what it is given. */
export type Inheritance = 'always' | 'inherited';

/**
 * A layer prepared for inputs of one shape; its calls enqueue and return. Of its three statements on dead elements
 * lib/net/dead-values.ts says what they are good for.
 */
export interface PlannedLayer {
  /** What the inputs must be: other layouts, or other shapes of as many elements, than those it was planned for. */
  readonly xs: readonly Operand[];
  readonly y: Operand;
  /** Whether y and dy may be views of channels of a larger tensor; default no, but of one image anything may. */
  readonly takesViews?: boolean;
  /** Of a layer that only joins its xs: the channels of y that are each of them, where views of y can be made of them. */
  readonly parts?: readonly ChannelRange[] | undefined;
  /** Whether a dx may be the same tensor as dy; default no. */
  readonly backwardInPlace?: boolean;
  /** Whether `backward` writes every dx, so that none may be null; default no. */
  readonly backwardWhole?: boolean;
  /** Whether elements of y that are not above 0 are dead: 'inherited', if those of every x are. Default no. */
  readonly dead?: Inheritance;
  /** Whether dx is 0 at dead elements of x: 'inherited', if dy is at those of y. Default no. */
  readonly masks?: Inheritance;
  /** Whether each dx would be dy itself; `masked`: dy is 0 at dead elements of y. Default no. */
  backwardIsIdle?(this: void, rules: BackwardRules, masked: boolean): boolean;
  forward(xs: readonly Tensor[], y: Tensor): void;
  /** Overwrites each dx that is not null. Null: each dx is dy itself in any case. */
  readonly backward: ((pass: BackwardPass) => void) | null;
  /**
   * The layer prepared for backward passes of m gradients for each input: dy and dxs have m times as many images as the
   * values. Absent: it takes any number.
   */
  widened?(m: number): Promise<PlannedLayer>;
  dispose?(): void;
}

export interface BackwardPass {
  readonly rule: ReluRule;
  /** What the forward pass left behind; null where a fused ReLU overwrote it. */
  readonly xs: readonly (Tensor | null)[];
  readonly y: Tensor | null;
  readonly dy: Tensor;
  readonly dxs: readonly (Tensor | null)[];
  /** Each x whose elements are dead where they are not above 0, so that dx may be 0 there; else null. */
  readonly masks: readonly (Tensor | null)[];
}

export const dense: Layout = 1;

/** A layer without learnt numbers. */
export function weightless(outputShape: Layer['outputShape'], plan: Layer['plan']): Layer {
  return { parameters: 0, fusesRelu: false, outputShape, flops: () => 0, plan, dispose: () => undefined };
}

/** A value that the forward pass must have left behind. */
export function kept(value: Tensor | null | undefined): Tensor {
  if (!value) throw new DeepInsideError('ERR_BACKEND', 'layers: a backward pass needs an activation that was not kept');
  return value;
}

export function shapeError(layer: string, expected: string, got: readonly Shape[], remedy = ''): DeepInsideError {
  const came = got.map((shape) => `[${shape.join(', ')}]`).join(', ');
  return new DeepInsideError(
    'ERR_SHAPE',
    `${layer}: the input must be ${expected}, got ${came}${remedy && `; ${remedy}`}`,
  );
}

export type Planes = readonly [n: number, channels: number, rows: number, cols: number];

/** The layer's only input, which must be [n, channels, rows, cols]. */
export function planes(layer: string, inputs: readonly Shape[]): Planes {
  const [x] = inputs;
  if (inputs.length === 1 && x?.length === 4) return x as unknown as Planes;
  throw shapeError(layer, 'one array [n, channels, rows, cols]', inputs);
}

/** The layer's only input as [n, features]: what follows the batch counts as features. */
export function rowsOf(layer: string, inputs: readonly Shape[]): readonly [n: number, features: number] {
  const [x] = inputs;
  if (inputs.length !== 1 || !x || x.length < 2) throw shapeError(layer, 'one array [n, ...]', inputs);
  return [x[0]!, x.slice(1).reduce((product, side) => product * side, 1)];
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((side, axis) => side === b[axis]);
}

/** The layer's only input, of any shape. */
export function only(layer: string, inputs: readonly Shape[]): Shape {
  const [x] = inputs;
  if (inputs.length === 1 && x) return x;
  throw shapeError(layer, 'one array', inputs);
}
