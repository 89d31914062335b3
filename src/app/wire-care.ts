/** The care of a data directory: what commands have done by the store's engine. */
export { backupStore, CareRefused, restoreStore, verifyStore } from '#adapters/embedded'
