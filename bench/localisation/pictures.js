/** Pictures with true boxes: { path, index (class), truths, kind }. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const readJson = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));

/**
 * @param data   the folder of --data
 * @param kinds  of 'loc', 'hard', 'tiny'
 * @param limit  pictures of each kind at most, evenly spread
 * @param first  where the even spread begins, 0 to below 1, in its steps
 */
export async function picturesOf(data, kinds, limit, first = 0) {
  const tiny = kinds.some((kind) => kind !== 'loc') ? unpacked(join(data, 'tiny-imagenet', 'val.tar')) : null;
  const all = {
    loc: () => photographs(data),
    hard: () => hardPictures(data, tiny),
    tiny: () => tinyPictures(data, tiny),
  };
  return kinds.flatMap((kind) => spread(all[kind](), limit, first).map((picture) => ({ ...picture, kind })));
}

function photographs(data) {
  const folder = join(data, 'loc', 'dev');
  return readJson(folder, 'index.json').map(({ file, index, boxes_xyxy: boxes }) => ({
    path: join(folder, 'images', file),
    index,
    truths: boxes.map(endingBefore),
  }));
}

function hardPictures(data, tiny) {
  return readJson(data, 'loc', 'dev', 'tiny_hard.json').items.map(({ file, index, box_64px_inclusive: box }) => ({
    path: join(tiny, 'images', file),
    index,
    truths: [inclusive(box)],
  }));
}

/** But for the boxes without a pixel that the annotations have. */
function tinyPictures(data, tiny) {
  const classes = readJson(data, 'imagenet_classes.json');
  const indices = new Map(classes.map(({ wnid }, i) => [wnid, i]));
  const lines = readFileSync(join(tiny, 'val_annotations.txt'), 'utf8').trim().split('\n');
  return lines
    .map((line) => line.split('\t'))
    .map(([file, wnid, ...box]) => ({
      path: join(tiny, 'images', file),
      index: indices.get(wnid),
      truths: [inclusive(box.map(Number))],
    }))
    .filter(({ truths: [{ xmin, ymin, xmax, ymax }] }) => xmin < xmax && ymin < ymax);
}

const inclusive = ([xmin, ymin, xmax, ymax]) => ({ xmin, ymin, xmax, ymax });
const endingBefore = ([xmin, ymin, xmax, ymax]) => ({ xmin, ymin, xmax: xmax - 1, ymax: ymax - 1 });

/** The folder val of the archive, in a folder that goes with the process. */
function unpacked(archive) {
  const folder = mkdtempSync(join(tmpdir(), 'tiny-imagenet-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  execFileSync('tar', ['-xf', archive, '-C', folder]);
  return join(folder, 'tiny-imagenet-100', 'val');
}

function spread(all, limit, first) {
  if (all.length <= limit) return all;
  return Array.from({ length: limit }, (_, i) => all[Math.floor(((i + first) * all.length) / limit)]);
}
