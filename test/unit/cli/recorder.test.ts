import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecord } from '#lib/cli/record.js';
import { withRecorder } from '#lib/cli/recorder.js';
import { readInput } from '#lib/cli/read-input.js';
import { temporaryFolder } from '../../support/command-line.js';
import { picture, writePicture } from '../../support/pictures.js';
import { factsOfFile } from '../../support/records.js';

describe('a recorder', () => {
  const folder = temporaryFolder();

  it('tells of the bytes that an image was decoded from, not of what lies there when it writes', async () => {
    const path = await writePicture(folder(), 'cat.png', 1, 700, 700); // noise: more than is hashed at a time
    const facts = factsOfFile(path);
    assert.ok(facts.bytes > 2 ** 20);
    const { img, seen } = await readInput(path, {});
    writeFileSync(path, 'something else');
    assert.deepEqual(img.data, picture(1, 700, 700).data);
    const place = join(folder(), 'record.json');
    await withRecorder({ command: 'saliency', flags: { device: 'cpu' } }, (_, recorder) =>
      recorder.write(place, {
        label: '',
        options: {},
        image: seen,
        images: [seen],
        result: {},
        outputs: { map: path },
      }),
    );
    const { image, images } = await readRecord(place);
    const told = { path: 'cat.png', given: path, ...facts };
    assert.deepEqual([image, images], [told, [told]]);
  });
});
