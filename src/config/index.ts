/**
 * Configuration: every variable, declared once, and the layers of what is set.
 * In: texts of the registry's files. Out: typed values, or words that say what would be right.
 * Never: a file, a clock, or a variable that nothing obeys.
 */
export * from './judge-setting.ts'
export type { Kind } from './kinds.ts'
export * from './layers.ts'
export { renderReference } from './render-reference.ts'
export { type AnyVariable, declares, type OptionalVariable, partOf, type Variable } from './variable.ts'
export { allVariables, subjects } from './variables/all.ts'
export * from './variables/logins.ts'
export * from './variables/mailboxes.ts'
export * from './variables/receiving.ts'
export * from './variables/server.ts'
