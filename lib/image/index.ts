export { colourNames, type Colours } from './colours.js';
export { contactSheet, type ContactSheetOptions } from './contact-sheet.js';
export { heatMap, overlay, type HeatMapOptions, type OverlayOptions } from './heat-map.js';
export { encodeNpy, type NumericArray } from './npy.js';
export { padded } from './padded.js';
export { defaultMaxPixels, readImage, type ReadImageOptions } from './read-image.js';
export { resize, resizeFloat, shortSideSize, type Filter, type Part } from './resize.js';
export { signedPicture, type SignedPictureOptions } from './signed-picture.js';
export { encodePng, writeArray, writeImage } from './write.js';
