export { SecretVault, secretName, maxSecretBytes, type FoundSecret, type KeptSecret } from './secret-vault.js';
export { secretsFileName } from './secrets-file.js';
export { credentialName, keyPlace, ownKeyName } from './vault-key.js';
