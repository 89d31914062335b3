/**
 * The listener: the one room its neighbours may enter. Sockets, TLS, limits and deadlines for every protocol.
 * In: where to listen, and who speaks there. Out: connections whose bytes are told to a `Dialogue`, in order.
 * Never: a plaintext byte read after TLS has begun, a timer of its own for each connection, a word of any protocol.
 */
export { Connection, type Dialogue } from './connection.ts'
export { defaultListenLimits, type ListenLimits, makeSeats, type Seats } from './limits.ts'
export { type Listener, type ListenFailure, type ListenOptions, listen } from './listen.ts'
