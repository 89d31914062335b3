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
export function variable<T>(declaration: Variable<T>): Variable<T>
export function variable<T>(declaration: OptionalVariable<T>): OptionalVariable<T>
export function variable<T>(declaration: Variable<T> | OptionalVariable<T>): Variable<T> | OptionalVariable<T> {
  return declaration
}

/** Does the declaration speak of this key, be it alone or as a family? */
export function declares(declaration: AnyVariable, key: string): boolean {
  const part = declaration.key.indexOf('<')
  if (part < 0) return declaration.key === key
  return key.length > part && key.startsWith(declaration.key.slice(0, part))
}
