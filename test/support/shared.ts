import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json: the compiled tests lie some folders below it. */
export const repository = ancestorWith('package.json', dirname(fileURLToPath(import.meta.url)));

/** A file of test/fixtures. */
export function fixture(...path: string[]): string {
  return join(repository, 'test', 'fixtures', ...path);
}

/** The data pack's folder, or null: $DEEP_INSIDE_SHARED/data, else shared/data beside the repository. */
export const dataPack: string | null = (() => {
  const folder = join(process.env['DEEP_INSIDE_SHARED'] ?? join(repository, '..', 'shared'), 'data');
  return existsSync(join(folder, 'goldens')) ? folder : null;
})();

/** A suite that needs the data pack; without it one pending test says why. */
export function describeWithDataPack(title: string, body: (folder: string) => void): void {
  describe(title, function () {
    // Whole networks, on machines that may be busy with something else.
    this.timeout(120_000);
    if (dataPack !== null) body(dataPack);
    else it('skipped: no data pack; set DEEP_INSIDE_SHARED to the folder that holds data/, or put it at ../shared');
  });
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

function ancestorWith(file: string, folder: string): string {
  return existsSync(join(folder, file)) ? folder : ancestorWith(file, dirname(folder));
}
