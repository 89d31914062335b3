/**
 * The admin door: a socket in the data directory that only its owner may open.
 * In: a line of JSON, one operation. Out: a line of JSON, its result. Never: a door to the network, or a second
 * operation on the same connection.
 */
export { askAdmin } from './ask-admin.ts'
export { type AdminRequest, type AdminResponse, mostRequestBytes } from './protocol.ts'
export { type AdminServer, type AdminServerNeeds, serveAdmin } from './serve.ts'
