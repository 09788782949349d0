/// <reference lib="esnext.disposable" />

/**
 * The door between lib and native: everything that passes through it. lib/device is its only importer.
 *
 * Operations are queued in the order of the calls and return at once; `weights`, `read`, `sync` and the `plan...` calls
 * return promises. Wrong arguments throw a DeepInsideError on the caller's line. After an operation that failed while
 * running others are skipped, until a `read` or `sync` has been rejected with its error (but see
 * `Weights.update`). Operations overwrite their output unless the text says "adds". Activations are [n, channels, rows,
 * cols] or [n, features]; weights are [K, C / groups, R, S].
 *
 * Where an argument is `Tensor | null`, null must be said: one that is left out is refused, so that nobody forgets a bias.
 * Options of plans that are not declared here are refused by name.
 *
 * Numbers among the arguments (alpha, value, beta, k) are rounded to float32: what is too small for it becomes 0, what is
 * too large is refused with ERR_ARGUMENT.
 *
 * Forward, an operation hides no NaN: where it sees one its output is NaN, ReLU and max pooling included. A convolution
 * that computes tiles ('winograd') may make NaN of outputs up to 3 rows or columns beyond those that see a NaN or an
 * infinity. Backward, where an activation is NaN it counts as not above 0: whoever wants a gradient looks at the scores.
 *
 * Several gradients of each image: in a backward operation dy and dx may have m times as many images as the forward
 * operation had, for any m >= 1. Image i of dy and dx then belongs to image floor(i / m) of what the forward pass left.
 */

export type FloatType = 'float32' | 'bfloat16';
export type DType = FloatType | 'int32';
/** bfloat16 is read and written as float32. */
export type HostArray<D extends DType = DType> = D extends 'int32' ? Int32Array : Float32Array;
export type Shape = readonly number[];
export type Pair = readonly [rows: number, cols: number];
/** Zero padding in pixels, in ONNX's order. */
export type Pad = readonly [top: number, left: number, bottom: number, right: number];
export type ReluRule = 'gradient' | 'deconvnet' | 'guided';

/**
 * How the bytes of an activation lie. Opaque: it comes from a plan and goes into `Device.tensor`; 1 is dense NCHW.
 * (It is the number b of channels that lie side by side: [n, ceil(c / b), rows, cols, b].)
 */
export type Layout = number & { readonly layout?: never };

export interface Handle extends Disposable {
  readonly disposed: boolean;
  /** Idempotent. Memory goes back at its place in the queue; afterwards every method throws ERR_DISPOSED. */
  dispose(): void;
}

export interface Tensor<D extends DType = DType> extends Handle {
  readonly shape: Shape;
  readonly dtype: D;
  readonly layout: Layout;
  /** Copies `source` (dense, row-major) before it returns. It happens even after an operation that failed. */
  write(source: HostArray<D>): void;
  /** Sees every operation enqueued before the call and none after; fills `into` if given. */
  read(into?: HostArray<D>): Promise<HostArray<D>>;
  /**
   * A view: channels first .. first + count - 1 of this [n, c, rows, cols] float32 tensor, in the same memory, which
   * lives as long as one of the two. `first`, and where it isn't the last channel of c the end, must be a multiple of
   * the layout. Where n > 1 its images don't follow one another, and only `read`, `write`, `relu`, `reluBackward`,
   * `add`, `concat`, `split`, `reorder` and plans with `takesViews` take it.
   */
  channels(first: number, count: number): Tensor<D>;
}

/** A filter bank or matrix with its bias, packed once for every layout that a plan asks for and shared by all plans. */
export interface Weights extends Handle {
  readonly shape: Shape;
  /**
   * Queued: plans made before and after see the new values. `b` null leaves the bias as it is. Values that are not
   * finite fail while running, with ERR_ARGUMENT, and leave the weights as they were. CUDA finds them itself while it
   * runs what is queued: until the error has been heard of it skips further updates alone, and all else runs, with the
   * weights as they were.
   */
  update(w: Tensor<'float32'>, b: Tensor<'float32'> | null): void;
}

export interface Plan extends Handle {
  readonly output: Shape;
  /** The layout that x and dx must have. */
  readonly x: Layout;
  /** The layout that y and dy must have. */
  readonly y: Layout;
}

/** A planned convolution or linear layer: y = w * x + b, then rectified as by `relu` if planned so. */
export interface WeightedPlan extends Plan {
  /** Whether all its operands may be views of channels: always for one image, never for more with `backwardFilter`. */
  readonly takesViews: boolean;
  forward(x: Tensor, y: Tensor): void;
  /**
   * dx is 0 where `mask` (of x's shape and layout) is not above 0, and need not be computed there. The mask may have m
   * times fewer images than dx: image i of dx belongs to its image i / m, rounded down.
   */
  backwardData(dy: Tensor, dx: Tensor, mask?: Tensor | null): void;
  /**
   * The gradient of the weights: dw[k, c, r, s] = sum of dy[n, k, p, q] * x[n, c, ...] over all images and pixels whose
   * product with w[k, c, r, s] forward adds up; of a linear layer dw[k, f] = sum over n of dy[n, k] * x[n, f]; and
   * db[k] = sum of dy[n, k, ...]. x and dy are as the plan's x and y; dw, as the weights, and db [K] are dense, and
   * overwritten. `db` null: unwanted, or weights without bias. Only of a plan with `backwardFilter: true`.
   *
   * The ReLU of the plan is not undone: dy is the gradient of what that gets, as `reluBackward` gives it. All sums are
   * taken in an order that depends on the plan and the device's threads alone: the same bits every time.
   */
  backwardFilter(x: Tensor, dy: Tensor, dw: Tensor<'float32'>, db: Tensor<'float32'> | null): void;
}

export interface MaxPoolPlan extends Plan {
  /**
   * `switches` (int32, shape and layout of y): row * cols + col of the maximum in its plane; ties: first in row-major
   * order. The first NaN of a window is its maximum, as in PyTorch.
   */
  forward(x: Tensor, y: Tensor, switches: Tensor<'int32'>): void;
  /**
   * dx at each pixel = sum of dy of the windows that chose it, summed in row-major order of the windows. dy and dx may
   * have m times as many images as `switches`.
   */
  unpool(dy: Tensor, switches: Tensor<'int32'>, dx: Tensor): void;
}

export interface AveragePoolPlan extends Plan {
  forward(x: Tensor, y: Tensor): void;
  /** dy and dx may have any multiple of the plan's images. */
  backward(dy: Tensor, dx: Tensor): void;
}

export interface LrnPlan extends Plan {
  /** y must share no memory with x: ERR_ARGUMENT. */
  forward(x: Tensor, y: Tensor): void;
  /** dy and dx may have m times as many images as x. dx must share no memory with x or dy: ERR_ARGUMENT. */
  backward(x: Tensor, dy: Tensor, dx: Tensor): void;
}

export type Activation = 'none' | 'relu';

/**
 * How far the products of convolutions and matrices may be rounded where that is faster: not at all, to TensorFloat-32
 * (10 bits after the point), or to bfloat16 (7). Sums, activations and gradients stay float32. A device computes more
 * exactly where it has nothing faster: the CPU always in float32.
 */
export type Precision = 'float32' | 'tf32' | 'bfloat16';

export interface Strands {
  /** For recordings of so many strands, among which the images of x are dealt evenly; default 1. */
  readonly strands?: number;
}

export interface WeightedOptions extends Strands {
  /** Default 'float32'. */
  readonly precision?: Precision;
  /**
   * Whether `backwardFilter` is planned too; default false. It takes planning, and of the workspace up to a copy of x, dy
   * and dw each. Not with several strands, of which none has the sum over all images.
   */
  readonly backwardFilter?: boolean;
}

export interface Conv2dOptions extends WeightedOptions {
  readonly x: Shape;
  readonly weights: Weights;
  readonly stride: Pair;
  readonly pad: Pad;
  /** 1 means neighbouring pixels. */
  readonly dilation: Pair;
  readonly groups: number;
  readonly activation: Activation;
  /** How each direction is computed; default, or where it doesn't fit the shape or device: by fixed rules. */
  readonly forward?: ConvolutionAlgorithm;
  readonly backwardData?: ConvolutionAlgorithm;
  /** What most gradients will be, where it is known, for who times the algorithms: a plan takes any. */
  readonly dy?: ExpectedGradient;
  /** Layouts that x and y must have; default: the plan chooses. */
  readonly xLayout?: Layout;
  readonly yLayout?: Layout;
}

/** A gradient that starts at a class: in each image one channel that is not 0. */
export type ExpectedGradient = 'one channel';

/**
 * 'winograd' for filters of 3 to 5 times the stride, rounded up, the same in both directions; 'pointwise' for 1 x 1
 * filters of stride 1; 'columns' backward to few channels. On CUDA 'winograd' is cuDNN's, in float32, and all others are
 * 'direct'.
 */
export type ConvolutionAlgorithm = 'direct' | 'winograd' | 'columns' | 'pointwise';

export interface LinearOptions extends WeightedOptions {
  /** [n, features], dense. */
  readonly x: Shape;
  /** Of shape [outputs, features]. */
  readonly weights: Weights;
  readonly activation: Activation;
}

export interface PoolOptions {
  readonly x: Shape;
  readonly layout: Layout;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Pad;
  /** [rows, cols] of y: the caller rounds up or down; every window must hold at least one pixel of x. */
  readonly output: Pair;
}

export interface AveragePoolOptions extends PoolOptions {
  /** What the sum is divided by: the pixels of x in the window, or those of x and its padding. */
  readonly divisor: 'inside' | 'padded';
}

/** y = x * (k + alpha / size * sum of x^2 over `size` neighbouring channels)^-beta. */
export interface LrnOptions {
  readonly x: Shape;
  readonly layout: Layout;
  /** Odd. */
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

export interface MaxFlowOptions {
  /** At most 2^31 - 1 pixels. */
  readonly rows: number;
  readonly cols: number;
  readonly neighbours: 4 | 8;
}

/**
 * Capacities of a grid of pixels, each [rows, cols]: from the source to the pixel, from the pixel to the sink, and of the
 * undirected edges to the neighbours that the names say; what would leave the grid is ignored. What lies outside of 0 to
 * 2^27 - 1 counts as the nearest of these. The last two are null for 4 neighbours.
 */
export interface GridTensors {
  readonly source: Tensor<'int32'>;
  readonly sink: Tensor<'int32'>;
  readonly right: Tensor<'int32'>;
  readonly down: Tensor<'int32'>;
  readonly downRight: Tensor<'int32'> | null;
  readonly downLeft: Tensor<'int32'> | null;
}

/** A planned minimum cut, with the memory that it takes. */
export interface MaxFlowPlan extends Handle {
  /**
   * `foreground` [ceil(rows * cols / 4)], in whose memory each pixel has a byte: 1 where it cannot reach the sink in the
   * residual graph of a maximum flow, else 0. That set is the same for all maximum flows, so every device and number of
   * threads gives the same. `flow` [2]: the low and the high 32 bits of the maximum flow, in another tensor:
   * ERR_ARGUMENT. Not in a recording of several strands: ERR_CAPTURE.
   */
  run(grid: GridTensors, foreground: Tensor<'int32'>, flow: Tensor<'int32'>): void;
}

export interface Recording extends Handle {
  /** On CUDA the call hands each of them to the driver, which takes some hundreds at a time: it waits for the others. */
  replay(times?: number): void;
}

/** Bytes. All are zero once everything is disposed of and `sync()` has resolved; `peak` is since the device was opened. */
export interface Memory {
  readonly tensors: number;
  readonly weights: number;
  readonly workspace: number;
  readonly peak: number;
}

export interface Device extends Handle {
  readonly kind: 'cpu' | 'cuda';
  readonly name: string;
  readonly threads: number;
  memory(): Memory;

  /** Zero-filled. */
  tensor<D extends DType>(shape: Shape, dtype: D, layout?: Layout): Tensor<D>;
  /**
   * `shape` is [K, C / groups, R, S] or [outputs, features]; `b` has K or `outputs` elements. `b` is copied at once and
   * `w` in slices, between which the event loop has its turn: its values must stay as they are until the promise is
   * settled. All must be finite, since what would be multiplied by 0 is left out. Rejects with ERR_ARGUMENT if they are
   * not or `w` is detached before its end, with ERR_DISPOSED if the device is disposed of.
   */
  weights(w: Float32Array, shape: Shape, b: Float32Array | null): Promise<Weights>;

  planConv2d(options: Conv2dOptions): Promise<WeightedPlan>;
  planLinear(options: LinearOptions): Promise<WeightedPlan>;
  planMaxPool(options: PoolOptions): Promise<MaxPoolPlan>;
  planAveragePool(options: AveragePoolOptions): Promise<AveragePoolPlan>;
  planLrn(options: LrnOptions): Promise<LrnPlan>;
  /** Rejects with ERR_MEMORY; a plan takes 22 to 44 bytes a pixel for 8 neighbours, 14 to 28 for 4; on
   * CUDA 51 or 34 of a grid made up to multiples of 32. */
  planMaxFlow(options: MaxFlowOptions): Promise<MaxFlowPlan>;

  // A result that may be an operand is that tensor, or shares no memory with it: ERR_ARGUMENT.

  /** y = 0 where x <= 0, else x: NaN stays NaN. y may be x. */
  relu(x: Tensor, y: Tensor): void;
  /**
   * dx = dy where the rule lets it through, else 0: y > 0 (gradient), dy > 0 (deconvnet), both (guided). dx may be dy or y.
   * dy and dx may have m times as many images as y.
   */
  reluBackward(rule: ReluRule, y: Tensor, dy: Tensor, dx: Tensor): void;
  /** y = a + b; y may be either. */
  add(a: Tensor, b: Tensor, y: Tensor): void;
  /** Adds: y += alpha * x. y may be x. */
  axpy(alpha: number, x: Tensor, y: Tensor): void;
  fill(value: number, y: Tensor): void;
  /** Along channels. */
  concat(xs: readonly Tensor[], y: Tensor): void;
  /** The backward of concat. */
  split(dy: Tensor, dxs: readonly Tensor[]): void;
  /** y[n, c] = scale[c] * x[n, c] + shift[c]; y may be x. */
  scaleShift(x: Tensor, scale: Tensor, shift: Tensor | null, y: Tensor): void;
  /** Over the features of each row of [n, features]. */
  softmax(x: Tensor, y: Tensor): void;
  /** dx = y * (dy - <dy, y>) for each row; dy and dx may have m times as many rows as y; dx may be dy. */
  softmaxBackward(y: Tensor, dy: Tensor, dx: Tensor): void;
  /** Copies between layouts; x [n, c, h, w] and y [n, c * h * w] (or the reverse) flattens. */
  reorder(x: Tensor, y: Tensor): void;
  /**
   * dy [n * m, classes] = one-hot rows at `classes` [n * m], m of them for each row of `scores` [n, classes]; class -1
   * is the highest score of that row (the first on ties).
   */
  seed(scores: Tensor, classes: Tensor<'int32'>, dy: Tensor): void;
  /**
   * y[n, h, w] = max over c of |scale[c] * x[n, c, h, w]| ('magnitude'), or the value that has it ('signed', first
   * channel on ties). y is [n, rows, cols]; `scale` null means 1.
   */
  maxAbsOverChannels(x: Tensor, scale: Tensor | null, y: Tensor, result: 'magnitude' | 'signed'): void;

  // Gradient ascent on images: what changes between the replays of a step lies in small tensors. Their values are taken
  // as they are. x and y are [n, c, rows, cols] or [n, features] float32 of one shape and layout.

  /**
   * y[n] = coefficients[n, 0] * y[n] + coefficients[n, 1] * x[n] for each image; coefficients [n, 2]. Where the first is
   * 0 the old y is multiplied with it all the same: NaN stays NaN. y may be x, and shares no memory with coefficients.
   */
  blend(coefficients: Tensor<'float32'>, x: Tensor, y: Tensor): void;
  /**
   * y[n] = sum over all elements of image n of a * b; y [n]. Summed in double precision and in an order that depends on
   * the shape and layout alone, then rounded to float32: the same bits on every device.
   */
  dot(a: Tensor, b: Tensor, y: Tensor<'float32'>): void;
  /**
   * Adds: y[n] += weight * x[n] / sqrt(squares[n] / elements of an image), and nothing where squares[n] is 0. squares
   * [n] is `dot(x, x)`, so that what is added has the root mean square |weight|. y may be x.
   */
  addNormalised(weight: number, squares: Tensor<'float32'>, x: Tensor, y: Tensor): void;
  /** y[n, c] limited to low[c] ... high[c], in place; NaN stays NaN, and as a limit is none. */
  clamp(low: Tensor<'float32'>, high: Tensor<'float32'>, y: Tensor): void;
  /**
   * y[n, i, row, col] = sum over j of matrix[i, j] * x[n, j, row, col]; matrix [c, c], at most 4 channels: ERR_SHAPE.
   * y may be x.
   */
  mixChannels(matrix: Tensor<'float32'>, x: Tensor, y: Tensor): void;
  /**
   * A step of Adam (Kingma and Ba 2015, Algorithm 1), upwards: m = beta1 * m + (1 - beta1) * g, v = beta2 * v +
   * (1 - beta2) * g^2, and adds: y += stepSize * (m * correction1) / (sqrt(v * correction2) + epsilon). coefficients
   * [n, 6]: beta1, beta2, stepSize, epsilon (above 0), correction1, correction2 for each image, where correction_i =
   * 1 / (1 - beta_i^t) in step t, which begins at 1, of the beta that float32 has. m, v and y share no memory with each
   * other, g or coefficients: ERR_ARGUMENT.
   */
  adam(coefficients: Tensor<'float32'>, g: Tensor, m: Tensor, v: Tensor, y: Tensor): void;

  // Pixels of their neighbours: x and y are [n, c, rows, cols] float32 of one shape and layout, and share no memory:
  // ERR_ARGUMENT.

  /**
   * Rolls each picture around its edges: y[n, c, (row + offsets[n, 0]) mod rows, (col + offsets[n, 1]) mod cols] =
   * x[n, c, row, col]; offsets [n, 2], of any sign and size.
   */
  shift(x: Tensor, offsets: Tensor<'int32'>, y: Tensor): void;
  /**
   * y[row] = sum over k of taps[k] * x[row + k - r] for every column ('rows': vertically), or the same along each row
   * ('cols'), beyond the edge the nearest pixel; taps [2 r + 1], which may be more than there are pixels.
   */
  blur(x: Tensor, taps: Tensor<'float32'>, axis: 'rows' | 'cols', y: Tensor): void;
  /**
   * y = dTV/dx, where TV(x) = sum over n, c, row, col of sqrt(right^2 + down^2 + epsilon^2), right = x[row, col + 1] -
   * x[row, col] and down = x[row + 1, col] - x[row, col], 0 beyond the edge (Rudin, Osher and Fatemi 1992, made
   * differentiable). epsilon from 1e-15 to 1e15: ERR_ARGUMENT.
   */
  totalVariation(x: Tensor, epsilon: number, y: Tensor): void;

  /**
   * Records the operations that `record` calls instead of running them. Inside, `tensor`, `weights`, `write`, `read`,
   * `plan...` and `sync` throw ERR_CAPTURE. The recording keeps its tensors and plans alive.
   *
   * With `strands` (default 1; on the CPU) the images of every tensor, a multiple of them, are dealt to so many strands
   * in their order. A replay runs them side by side, each on one thread, where an operation of one strand waits for no
   * other strand's; plans must have been made for as many, and weights.update throws.
   */
  capture(record: () => void, strands?: number): Recording;
  /** Resolves when everything enqueued before has run; rejects if something failed. */
  sync(): Promise<void>;
}

export interface OpenOptions {
  /** CUDA: which card; default 0. */
  readonly index?: number;
  /** CPU: default is the number of physical cores available, or of whole processors that a container grants the time of. */
  readonly threads?: number;
}

/**
 * A Gaussian mixture of colours whose red, green and blue go from 0 to 1, as 10 numbers a component: weight (its share of
 * the pixels; 0: no such component), mean r g b, covariance rr rg rb gg gb bb.
 */
export type ColourModel = Float64Array;

export interface ColourImageOptions {
  /** [rows, cols]. */
  readonly shape: Pair;
  /** [rows, cols, 3] grey levels of red, green and blue. */
  readonly image: Uint8Array;
}

/**
 * A copy of an image, whose colour models (native/mixture) are computed on threads of their own by arithmetic that gives
 * the same bits on every machine and for every number of threads. Masks are copied before a call returns.
 *
 * To dispose of it ends what goes on soon: promises that are not settled yet reject with ERR_DISPOSED.
 */
export interface ColourImage extends Handle {
  fit(options: ColourFit): Promise<ColourModel>;
  /** Gives every pixel to the component under which it is most likely, and makes the components anew (GrabCut). */
  refit(options: ColourRefit): Promise<ColourModel>;
  /** The mean over all pairs of neighbours of the squared difference of their colours from 0 to 1; 0 without pairs. */
  meanContrast(options: ContrastRequest): Promise<number>;
  /** Clamped pixels get 2^27 - 1 to their terminal. */
  capacities(options: EnergyRequest): Promise<GridCapacities>;
}

export interface ChosenPixels {
  /** [rows, cols]: not 0 where a pixel's colour counts. */
  readonly chosen: Uint8Array;
  /** What is added to the diagonal of each covariance, at least 1e-9. */
  readonly covarianceFloor: number;
}

export interface ColourFit extends ChosenPixels {
  /** Orchard and Bouman's binary splits, or k-means from the centres of k-means++. */
  readonly clustering: 'binary-split' | 'k-means';
  /** 1 to 64. */
  readonly components: number;
  /** Of k-means: at most so many, and what its choices follow from; an integer of at least 0. */
  readonly rounds: number;
  readonly seed: number;
}

export interface ColourRefit extends ChosenPixels {
  readonly model: ColourModel;
}

export interface ContrastRequest {
  readonly neighbours: 4 | 8;
  readonly threads: number;
}

/**
 * The energy of a cut into foreground and background (native/mixture/unaries.h, pairwise.h): -ln of the posterior of each
 * label, whose likelihoods are uniform + (1 - uniform) * mixture, up to `cap` (null: no limit), and gamma e^(-beta c) for
 * neighbours of different labels and squared difference c of colours from 0 to 1, by 1 / sqrt 2 for diagonal ones.
 */
export interface EnergyRequest extends ContrastRequest {
  /** [rows, cols] masks of the pixels that are foreground or background whatever their colour, in both: background; null: none. */
  readonly clampedForeground: Uint8Array | null;
  readonly clampedBackground: Uint8Array | null;
  readonly foreground: ColourModel;
  readonly background: ColourModel;
  /** 0 to below 1. */
  readonly uniform: number;
  readonly cap: number | null;
  readonly gamma: number;
  readonly beta: number;
  /** Costs times this, rounded, are the capacities; gamma * scale must be below 2^23. */
  readonly scale: number;
}

/** [rows, cols] each, as a cut takes them; the last two are null for 4 neighbours. */
export interface GridCapacities {
  readonly source: Int32Array;
  readonly sink: Int32Array;
  readonly right: Int32Array;
  readonly down: Int32Array;
  readonly downRight: Int32Array | null;
  readonly downLeft: Int32Array | null;
}

/** What each native module exports. */
export interface Addon {
  open(options: OpenOptions): Promise<Device>;
  /** The class whose instances every native error becomes: new (code, message). */
  setErrorClass(errorClass: new (code: never, message: string) => Error): void;
  /** At the end of the process: drops what is queued on every device and waits for the operations that run. */
  endDevices(): void;
  /** Whether all values are finite; looks at once, at 0.1 ns a number where JavaScript takes 0.7. */
  allFinite(values: Float32Array): boolean;
  /** The bits that are set in any of the values; as fast. */
  bitsOf(values: Int32Array): number;

  /** Copies the pixels, at about a millisecond a megapixel. */
  colourImage(options: ColourImageOptions): ColourImage;

  /** Versions of the libraries that are loaded, in one line. */
  versions(): string;
}
