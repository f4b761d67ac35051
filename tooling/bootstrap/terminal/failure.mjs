/** Something that the person at the keyboard can act on: shown as text, without a stack. */
export class Failure extends Error {
  /**
   * @param {string} message what went wrong
   * @param {{ remedy?: string, output?: string }} [details] what to do about it; what the failed tool printed
   */
  constructor(message, { remedy, output } = {}) {
    super(message);
    this.remedy = remedy;
    this.output = output;
  }
}

/** Runs a command of this folder; its number becomes the exit code. */
export async function main(command) {
  try {
    process.exitCode = (await command()) ?? 0;
  } catch (error) {
    report(error);
    process.exitCode = 1;
  }
}

function report(error) {
  if (!(error instanceof Failure)) {
    console.error(error);
    return;
  }
  if (error.output?.trim()) console.error(`\n${error.output.trim()}\n`);
  console.error(`error: ${error.message}`);
  if (error.remedy) console.error(`       ${error.remedy}`);
}
