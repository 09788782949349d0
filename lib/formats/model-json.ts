import { graphField } from './graph-json.js';
import { list, number, oneOf, orNull, record, text, tuple, integerFrom, type Field } from './json-fields.js';
import type { ClassName, HostTensor, Model, Preprocessing } from './model.js';
import { formatError } from './refusal.js';

/** Of what stands in the file's metadata; a reader refuses a larger one. */
const version = 1;

/** The tensor that holds a mean image. */
export const meanImageName = 'deep-inside.mean-image';

/** A model without its weights. */
export type ModelDescription = Omit<Model, 'weights'>;

type Mean = Preprocessing['mean'];
type Resize = Preprocessing['resize'];
type MeanImage = HostTensor | undefined;

/** One versioned JSON text for graph, preprocessing and class names; a mean image is left to the tensors. */
export function describeModel({ graph, preprocessing, classes }: ModelDescription): string {
  const mean = preprocessing && (isImage(preprocessing.mean) ? meanImageName : preprocessing.mean);
  return JSON.stringify({ version, graph, preprocessing: preprocessing && { ...preprocessing, mean }, classes });
}

export function isImage(mean: Mean): mean is HostTensor {
  return !Array.isArray(mean);
}

/**
 * The inverse of `describeModel`.
 *
 * @param where      the path, for messages
 * @param meanImage  the tensor called `meanImageName`, if the file holds one
 * @throws           ERR_FORMAT naming the field that is missing, of the wrong type or out of range
 */
export function parseDescription(where: string, json: string, meanImage: MeanImage): ModelDescription {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw formatError(where, `the network's description must be JSON (${(cause as Error).message})`, { cause });
  }
  const { version: found } = record({ version: integerFrom(1) })(where, 'the description', value);
  if (found > version)
    throw formatError(where, `its description has version ${found}; this library knows ${version}, update it`);
  return record<ModelDescription>({
    graph: orNull(graphField),
    preprocessing: orNull(preprocessingField(meanImage)),
    classes: orNull(list(record<ClassName>({ name: orNull(text), wnid: orNull(text) }))),
  })(where, 'the description', value);
}

/** That the numbers fit the graph's input is for whoever plans the network. */
function preprocessingField(meanImage: MeanImage): Field<Preprocessing> {
  return record<Preprocessing>({
    channelOrder: oneOf('RGB', 'BGR', 'grey'),
    range: oneOf(1, 255),
    mean: meanField(meanImage),
    std: list(number),
    size: tuple<number, readonly [number, number]>(2, integerFrom(1)),
    resize: resizeField,
    filter: oneOf('bilinear', 'bicubic'),
    crop: oneOf('centre', 'none'),
  });
}

function meanField(meanImage: MeanImage): Field<Mean> {
  return (where, what, value) => {
    if (value !== meanImageName) return list(number)(where, what, value);
    if (meanImage) return meanImage;
    throw formatError(where, `${what} is a mean image, but the file holds no tensor "${meanImageName}"`);
  };
}

const resizeField: Field<Resize> = (where, what, value) => {
  const isShortSide = typeof value === 'object' && value !== null && 'shortSide' in value;
  const side = integerFrom(1);
  if (isShortSide) return record<{ shortSide: number }>({ shortSide: side })(where, what, value);
  return record<{ rows: number; cols: number }>({ rows: side, cols: side })(where, what, value);
};
