/** A literal was promised and cannot be ended: the connection is the only thing left to end. */
export class TornAnswer extends Error {}
