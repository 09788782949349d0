// What excites a channel most over a set of photographs, as Zeiler & Fergus show it:
// node examples/top-activations.js [channel] [photographs]
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { activationSheet, loadNetwork, readImage, topActivations, writeImage } from 'deep-inside';

const [channel = '150', ...given] = process.argv.slice(2);
const folder = fileURLToPath(new URL('images', import.meta.url));
const jpegs = readdirSync(folder).filter((name) => name.endsWith('.jpg'));
const paths = given.length > 0 ? given : jpegs.map((name) => join(folder, name));
const net = await loadNetwork();

async function* photographs() {
  for (const path of paths) yield await readImage(path); // never more than two in memory
}
const [top] = await topActivations(net, photographs(), 'fire8/concat', { channels: [Number(channel)], count: 4 });
for (const { image, row, col, value } of top.units)
  console.log(`${paths[image]}: ${value.toFixed(2)} at (${row}, ${col})`);
if (top.units.length > 0) await writeImage('top-activations.png', activationSheet(net, top));
console.log(top.units.length > 0 ? 'top-activations.png' : `channel ${channel} never fires here`);
await net.dispose();
