import { main } from '../terminal/failure.mjs';
import { prepare } from '../prepare/prepare.mjs';

await main(async () => {
  await prepare();
  console.log('Fieldwarden is installed and built.');
});
