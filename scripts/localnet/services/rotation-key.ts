/** The key (K-256, hexadecimal) by which the local PDS, and whoever tests with its accounts, changes their DID documents. */
export const LOCAL_ROTATION_KEY = '1f'.repeat(32)
