import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecord, recordPath, recordText } from '#lib/cli/record.js';
import { aRecord } from '../../support/a-record.js';
import { temporaryFolder } from '../../support/command-line.js';

describe('a record', () => {
  const folder = temporaryFolder();
  const at = () => recordPath(join(folder(), 'cat.7'), 'saliency');

  it('is read as it was written', async () => {
    assert.equal(at(), join(folder(), 'cat.7.saliency.json'));
    writeFileSync(at(), recordText(aRecord));
    assert.deepEqual(await readRecord(at()), aRecord);
  });

  const { environment } = aRecord;
  const bad: [title: string, text: string, message: RegExp][] = [
    ['what is no JSON', 'dear diary', /a record of deep-inside was expected, which is JSON \(Unexpected token/],
    ['JSON of another tool', '{"version":1}', /a record of deep-inside was expected, got other JSON; give the \.json/],
    ['JSON that is no object', 'null', /a record of deep-inside was expected, got other JSON/],
    ['a later version', changed({ version: 2 }), /has version 2; this deep-inside reads version 1, take the other/],
    ['no version', changed({ version: undefined }), /has version none; this deep-inside reads version 1/],
    ['a missing field', changed({ outputs: undefined }), /the record\.outputs must be an object, got undefined/],
    ['a list for an object', changed({ options: [] }), /the record\.options must be an object, got \[\]/],
    ['no outputs', changed({ outputs: {} }), /the record\.outputs must name a file, got none/],
    [
      'a hash that is none',
      changed({ image: { ...aRecord.image, sha256: 'ABC' } }),
      /the record\.image\.sha256 must be a SHA-256 of 64 hexadecimal digits, got "ABC"/,
    ],
    [
      'an output without a path',
      changed({ outputs: { map: { ...aRecord.outputs.map, path: null } } }),
      /the record\.outputs\.map\.path must be a text, got null/,
    ],
    [
      'a device that there is not',
      changed({ environment: { ...environment, device: { ...environment.device, kind: 'tpu' } } }),
      /the record\.environment\.device\.kind must be one of "cpu", "cuda", got "tpu"/,
    ],
    [
      'no threads at all',
      changed({ environment: { ...environment, device: { ...environment.device, threads: 0 } } }),
      /the record\.environment\.device\.threads must be an integer of at least 1, got 0/,
    ],
  ];

  function changed(fields: object): string {
    return JSON.stringify({ ...(JSON.parse(recordText(aRecord)) as object), ...fields });
  }

  for (const [title, text, message] of bad) {
    it(`is not read from ${title}`, async () => {
      writeFileSync(at(), text);
      await assert.rejects(readRecord(at()), (reason: Error) => {
        assert.ok(reason.message.startsWith(`${at()}: `), reason.message);
        assert.match(reason.message, message);
        return (reason as { code?: string }).code === 'ERR_FORMAT';
      });
    });
  }

  it('that is not there is named', async () => {
    await assert.rejects(readRecord(at()), {
      code: 'ERR_IO',
      message: /cat\.7\.saliency\.json: cannot be read \(ENOENT/,
    });
  });
});
