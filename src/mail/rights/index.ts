/**
 * Who may do what in a mailbox: RFC 4314.
 * In: letters, levels, the entries of a mailbox, and who asks. Out: rights.
 * Never: looks anything up, or lets the owner of a mailbox lose it.
 */
export * from './act.ts'
export * from './effective-rights.ts'
export * from './level.ts'
export * from './rights.ts'
export * from './who.ts'
