// An object by its colours, from any map of where it may be (Sect. 3.2): node examples/segment.js [photograph]
import { centredBox, contactSheet, drawBox, gradCam, loadNetwork, maskOverlay, readImage } from 'deep-inside';
import { saliency, segment, thresholdBox, wholeImageBox, writeImage } from 'deep-inside';

const [path = new URL('images/touring-motorcycle.jpg', import.meta.url)] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);
const [rows, cols] = img.shape;

const map = await saliency(net, img, undefined, { tenCrops: true, frame: 'image' });
const coarse = await gradCam(net, img, undefined, { frame: 'image' });
const ofLab = await segment(map, img);
const grabCut = await segment(map, img, { preset: 'grabcut' });
const ofGradCam = await segment(coarse, img);
const masks = [ofLab, grabCut, ofGradCam].map(({ mask, box }) => drawBox(maskOverlay(img, mask), box));

// What any localisation has to beat.
const boxes = [await thresholdBox(map, { blur: 6 }), wholeImageBox(rows, cols), centredBox(rows, cols)];
const figure = contactSheet([...masks, ...boxes.map((box) => drawBox(img, box))], {
  ...{ cols: 3, gap: 8, tile: [200, 300] },
  captions: ['of saliency', 'the same, by GrabCut', 'of Grad-CAM', 'threshold of the map', 'whole image', 'centre'],
});
await writeImage('segments.png', figure);
console.log('segments.png');
await net.dispose();
