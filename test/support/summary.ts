import Mocha from 'mocha';

/**
 * Mocha's usual report, in which a skipped test shows its title (which says why), and at the very end of the run a line
 * for programs to read: N passed, N failed, N skipped.
 */
export default class Summary extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    process.once('exit', () => {
      const { passes, failures, pending } = this.stats;
      console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
    });
  }
}
