// How soon a class appears and vanishes in the order of a map (Petsiuk et al. 2018):
// node examples/insertion-deletion.js [photograph]
import { gradCam, insertionDeletion, loadNetwork, readImage, saliency } from 'deep-inside';

const [path = new URL('images/airliner.jpg', import.meta.url)] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);

for (const method of [saliency, gradCam]) {
  const map = await method(net, img);
  const { prediction, insertion, deletion, random } = await insertionDeletion(net, img, map, undefined, { steps: 50 });
  console.log(`${method.name} of "${prediction.name}", area under the posterior, beside an order by lot:`);
  console.log(`  insertion ${insertion.area.toFixed(3)} (${random.insertion.area.toFixed(3)})`);
  console.log(`  deletion ${deletion.area.toFixed(3)} (${random.deletion.area.toFixed(3)})`);
}
await net.dispose();
