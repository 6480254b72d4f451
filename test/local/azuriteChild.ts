import { startAzurite } from '../../local/azurite.ts';

const azurite = await startAzurite({ folder: process.argv[2] ?? '' });
process.send?.(azurite.connectionString);
setInterval(() => {}, 1000);
