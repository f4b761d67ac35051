import { main } from '../bootstrap/terminal/failure.mjs';
import { root } from '../bootstrap/process/paths.mjs';
import { changedFiles } from './changed-files.mjs';
import { runRound } from './round.mjs';

await main(async () => {
  const files = await changedFiles(root, process.argv.slice(2));
  if (files.length > 0) return (await runRound(files)) ? 0 : 1;
  console.log('Nothing differs from main. npm run check PATH checks what you name.');
  return 0;
});
