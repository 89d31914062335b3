import type { Kind } from './kinds.ts'

/** When a change is felt. */
export type Applies = 'at once' | 'to new connections' | 'to new accounts and passwords' | 'at the next start'

/** One variable of the configuration. Declared once; parsing, the command line and the reference come from it. */
export interface Variable<T> {
  readonly key: string
  readonly kind: Kind<T>
  /** What holds while nobody has set it. */
  readonly preset: T
  readonly applies: Applies
  readonly doc: string
}

/** A variable that has no value while nobody has set it. */
export type OptionalVariable<T> = Omit<Variable<T>, 'preset'> & { readonly preset: undefined }

export type AnyVariable = Variable<unknown> | OptionalVariable<unknown>

/** A key that ends in `<part>` declares a family: `mail/alias/<name>` is every `mail/alias/...`. */
export function variable<T>(declaration: OptionalVariable<T>): OptionalVariable<T>
export function variable<T>(declaration: Variable<T>): Variable<T>
export function variable<T>(declaration: Variable<T> | OptionalVariable<T>): Variable<T> | OptionalVariable<T> {
  return declaration
}

/** What may stand for `<part>`: no key has blanks, colons or what a shell would read. */
const familyPart = /^[A-Za-z0-9_][A-Za-z0-9_.+/-]{0,100}$/

/** What stands for the `<part>` of a family in this key; undefined when the key is none of the family. */
export function partOf(declaration: AnyVariable, key: string): string | undefined {
  const part = declaration.key.indexOf('<')
  if (part < 0 || !key.startsWith(declaration.key.slice(0, part))) return undefined
  const given = key.slice(part)
  return familyPart.test(given) ? given : undefined
}

/** Does the declaration speak of this key, be it alone or as a family? */
export const declares = (declaration: AnyVariable, key: string): boolean =>
  declaration.key === key ? !key.includes('<') : partOf(declaration, key) !== undefined
