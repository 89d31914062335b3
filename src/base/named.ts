/** A type with a name of its own: a `Uid` is a number, but no number is a `Uid` until a maker says so. */
declare const name: unique symbol

export type Named<T, N extends string> = T & { readonly [name]: N }
