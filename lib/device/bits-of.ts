import { loadedAddon } from './load.js';

/** The bits that are set in any of the values: by a native module if one is loaded, as `allFinite`. */
export function bitsOf(values: Int32Array): number {
  return (loadedAddon()?.bitsOf ?? inJavaScript)(values);
}

function inJavaScript(values: Int32Array): number {
  let bits = 0;
  for (let i = 0; i < values.length; i++) bits |= values[i]!;
  return bits;
}
