export { colourNames, type Colours } from './colours.js';
export { heatMap, overlay, type HeatMapOptions, type OverlayOptions } from './heat-map.js';
export { encodeNpy, type NumericArray } from './npy.js';
export { defaultMaxPixels, readImage, type ReadImageOptions } from './read-image.js';
export { resize, resizeFloat, shortSideSize, type Filter } from './resize.js';
export { encodePng, writeArray, writeImage } from './write.js';
