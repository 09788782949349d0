import { DeepInsideError } from '../errors.js';
import { allFinite, rowMajor, type FloatArray } from '../ndarray.js';

/** The elements of a map row by row; of a NaN or an infinity no order knows the place. */
export function finiteValues(where: string, what: string, map: FloatArray): Float32Array {
  const values = rowMajor(map);
  if (allFinite(values)) return values;
  const at = values.findIndex((value) => !Number.isFinite(value));
  const cols = map.shape[1]!;
  const place = `[row, col] [${Math.floor(at / cols)}, ${at % cols}]`;
  throw new DeepInsideError('ERR_ARGUMENT', `${where}: ${what} must be finite, got ${values[at]} at ${place}`);
}
