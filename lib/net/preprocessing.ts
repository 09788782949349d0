import { argumentError, finite, integer, knownOptions, oneOf, positive } from '../check.js';
import { DeepInsideError } from '../errors.js';
import type { HostTensor, Preprocessing } from '../formats/model.js';
import { allFinite, elements, ndarrayOf, rowMajor, type FloatArray } from '../ndarray.js';

export type InputShape = readonly [channels: number, rows: number, cols: number];
/** How a caller states preprocessing; what an object leaves out follows from the network's input shape. */
export type PreprocessingChoice = 'torchvision' | 'caffe' | PreprocessingOptions;
export type PreprocessingOptions = Pick<Preprocessing, 'channelOrder' | 'range'> & Partial<Preprocessing>;

const presets: Record<'torchvision' | 'caffe', PreprocessingOptions> = {
  torchvision: { channelOrder: 'RGB', range: 1, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  caffe: { channelOrder: 'BGR', range: 255, mean: [104, 117, 123], std: [1, 1, 1] },
};

/** The choices, as error messages name them. */
export const preprocessingChoices = "'torchvision', 'caffe' or { channelOrder, range, mean, std, size, resize, crop }";

/**
 * Whole preprocessing for a network of this input shape.
 *
 * Choice: where no resize is stated the shorter side becomes 256, or the input's longer side where that is more, and
 * the centre is cropped: what AlexNet and its successors were trained for.
 *
 * @throws  ERR_ARGUMENT naming the field that is wrong
 */
export function completePreprocessing(where: string, given: unknown, input: InputShape): Preprocessing {
  if (typeof given === 'string') {
    oneOf(where, 'preprocessing', given, ['torchvision', 'caffe']);
    return completePreprocessing(where, presets[given as keyof typeof presets], input);
  }
  if (typeof given !== 'object' || given === null)
    throw argumentError(where, 'preprocessing', preprocessingChoices, given);
  const known = ['channelOrder', 'range', 'mean', 'std', 'size', 'resize', 'filter', 'crop'];
  knownOptions(`${where}: preprocessing`, given, known);
  const [channels, rows, cols] = input;
  const options = given as PreprocessingOptions;
  const whole: Preprocessing = {
    mean: new Array<number>(channels).fill(0),
    std: new Array<number>(channels).fill(1),
    size: [rows, cols],
    resize: { shortSide: Math.max(256, rows, cols) },
    filter: 'bilinear',
    crop: options.resize && 'rows' in options.resize ? 'none' : 'centre',
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    ...(isStrided(options.mean) && { mean: denseMean(where, options.mean) }),
    channelOrder: options.channelOrder,
    range: options.range,
  };
  check(where, whole, input);
  return whole;
}

/** A mean image may be an ndarray of any strides as well as { shape, data }. */
function isStrided(mean: unknown): mean is FloatArray {
  const { data, stride } = (mean ?? {}) as Partial<FloatArray>;
  return data instanceof Float32Array && Array.isArray(stride);
}

function denseMean(where: string, mean: FloatArray): HostTensor {
  const { shape } = ndarrayOf(where, 'preprocessing.mean', 'an ndarray', mean);
  return { shape, data: rowMajor(mean) };
}

function check(where: string, whole: Preprocessing, [channels, rows, cols]: InputShape): void {
  oneOf(where, 'preprocessing.channelOrder', whole.channelOrder, channels === 1 ? ['grey'] : ['RGB', 'BGR']);
  if (channels !== 1 && channels !== 3) {
    const message = `${where}: preprocessing makes inputs of 1 or 3 channels, this network takes ${channels}; give it inputs`;
    throw new DeepInsideError('ERR_UNSUPPORTED', message);
  }
  if (whole.range !== 1 && whole.range !== 255)
    throw argumentError(where, 'preprocessing.range', '1 or 255', whole.range);
  checkMean(where, whole.mean, [channels, rows, cols]);
  perChannel(where, 'std', whole.std, channels, positive);
  const size: unknown = whole.size;
  if (!Array.isArray(size) || size.length !== 2 || size[0] !== rows || size[1] !== cols) {
    throw argumentError(where, 'preprocessing.size', `the network's [${rows}, ${cols}]`, size);
  }
  oneOf(where, 'preprocessing.filter', whole.filter, ['bilinear', 'bicubic']);
  oneOf(where, 'preprocessing.crop', whole.crop, ['centre', 'none']);
  checkResize(where, whole, rows, cols);
}

function checkResize(where: string, { resize, crop }: Preprocessing, rows: number, cols: number): void {
  const what = 'preprocessing.resize';
  if (typeof resize !== 'object' || resize === null || !('shortSide' in resize || 'rows' in resize)) {
    throw argumentError(where, what, '{ shortSide } or { rows, cols }', resize);
  }
  if ('shortSide' in resize) {
    if (crop === 'none')
      throw argumentError(where, 'preprocessing.crop', "'centre' where resize is { shortSide }", crop);
    integer(where, `${what}.shortSide`, resize.shortSide, Math.max(rows, cols), 16384);
    return;
  }
  integer(where, `${what}.rows`, resize.rows, rows, crop === 'none' ? rows : 16384);
  integer(where, `${what}.cols`, resize.cols, cols, crop === 'none' ? cols : 16384);
}

function checkMean(where: string, mean: Preprocessing['mean'], input: InputShape): void {
  if (Array.isArray(mean)) {
    perChannel(where, 'mean', mean, input[0], finite);
    return;
  }
  const image = mean as Partial<HostTensor> | null;
  const fits = image?.data instanceof Float32Array && image.shape?.join() === input.join();
  if (fits && image.data?.length === elements(input) && allFinite(image.data)) return;
  const expected = `a number per channel or a float32 mean image [${input.join(', ')}] of finite numbers`;
  throw argumentError(where, 'preprocessing.mean', expected, mean);
}

function perChannel(
  where: string,
  what: string,
  values: unknown,
  channels: number,
  check: (where: string, what: string, value: unknown) => number,
): void {
  if (!Array.isArray(values) || values.length !== channels) {
    throw argumentError(where, `preprocessing.${what}`, `an array of ${channels} numbers, one per channel`, values);
  }
  values.forEach((value, c) => check(where, `preprocessing.${what}[${c}]`, value));
}
