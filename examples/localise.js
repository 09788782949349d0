// Where the object of a class is (Sect. 3.2): node examples/localise.js [photograph]
import { contactSheet, drawBox, heatMap, loadNetwork, localise, maskOverlay, readImage } from 'deep-inside';
import { seedsPicture, writeImage } from 'deep-inside';

const [path = new URL('images/airliner.jpg', import.meta.url)] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);

const { name, saliencyMap, seeds, mask, box, note } = await localise(net, img);
const figure = contactSheet([drawBox(img, box), heatMap(saliencyMap), seedsPicture(seeds), maskOverlay(img, mask)], {
  ...{ cols: 4, gap: 8, tile: [240, 320] },
  columnHeadings: ['photograph and box', 'saliency', 'seeds of the colour models', 'segmentation'],
});
await writeImage('localisation.png', figure);
console.log(`${name}: columns ${box.xmin} to ${box.xmax}, rows ${box.ymin} to ${box.ymax} in localisation.png`);
if (note) console.log(note);
await net.dispose();
