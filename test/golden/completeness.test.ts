import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readImage } from '#lib/image/read-image.js';
import { loadNetwork } from '#lib/net/load-network.js';
import { integratedGradients } from '#lib/visualise/integrated-gradients.js';
import { describeOnDevices } from '../support/devices.js';
import { loadedFor } from '../support/loaded.js';
import { fixture, readJson, repository } from '../support/shared.js';

describeOnDevices('integrated gradients of the network in the box', (kind) => {
  const net = loadedFor(() => loadNetwork(undefined, { device: kind }));

  for (const name of Object.keys(readJson<Record<string, unknown>>(fixture('photographs', 'index.json')))) {
    it(`${name}: complete within 1 %`, async () => {
      const map = await integratedGradients(
        net(),
        await readImage(join(repository, 'examples', 'images', `${name}.jpg`)),
      );
      const { delta, difference } = map.completeness[0]!;
      assert.ok(Math.abs(delta) < 0.01 * Math.abs(difference), JSON.stringify(map.completeness));
    });
  }
});
