// What excites the strongest unit of a channel (Sect. 4): node examples/reconstruct.js [photograph] [layer] [channel]
import { contactSheet, loadNetwork, readImage, reconstruct, signedPicture, writeImage } from 'deep-inside';

const [path = new URL('images/airliner.jpg', import.meta.url), layer = 'fire8/concat', channel] = process.argv.slice(2);
const net = await loadNetwork();
const img = await readImage(path);

const target = { layer, channel: Number(channel ?? 150) };
const pictures = [];
for (const rule of ['deconvnet', 'gradient', 'guided']) {
  const { reconstruction, target: unit, zero } = await reconstruct(net, img, target, { rule });
  pictures.push(signedPicture(reconstruction, { channelOrder: net.preprocessing.channelOrder }));
  console.log(
    `${rule}: unit (${unit.row}, ${unit.col}) of ${unit.layer}[${unit.channel}], ${unit.value.toFixed(2)}${zero ? ': nothing' : ''}`,
  );
}
await writeImage(
  'reconstruct.png',
  contactSheet(pictures, { cols: 3, gap: 8, captions: ['DeconvNet', 'gradient', 'guided'] }),
);
console.log('reconstruct.png');
await net.dispose();
