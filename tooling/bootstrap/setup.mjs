import { main } from './failure.mjs';
import { prepare } from './prepare.mjs';

await main(async () => {
  await prepare();
  console.log('Fieldwarden is installed and built.');
});
