/** A line of the client, understood as far as it can be without knowing what came before. */
export type Command =
  | { readonly verb: 'HELO' | 'EHLO' | 'LHLO'; readonly name: string }
  | {
      readonly verb: 'MAIL'
      /** `''` is the null reverse-path. */
      readonly sender: string
      /** SIZE=, RFC 1870 §3; may lie beyond what any message can be. */
      readonly size: number | undefined
      /** BODY=8BITMIME, RFC 6152 §3. */
      readonly eightBit: boolean
      readonly smtpUtf8: boolean
      /** Does the address itself need SMTPUTF8? */
      readonly needsUtf8: boolean
    }
  | { readonly verb: 'RCPT'; readonly recipient: string; readonly needsUtf8: boolean }
  | { readonly verb: 'DATA' | 'RSET' | 'NOOP' | 'QUIT' | 'HELP' | 'VRFY' | 'EXPN' | 'STARTTLS' }
  | { readonly verb: 'BDAT'; readonly size: number; readonly last: boolean }
  /** `initial` is base64 still. */
  | { readonly verb: 'AUTH'; readonly mechanism: string; readonly initial: string | undefined }
  /** A line of HTTP, of a proxy or of no text at all: this is no mail client. */
  | { readonly verb: 'alien' }
  /** `fatal`: what follows cannot be understood either. */
  | { readonly verb: 'bad'; readonly reply: string; readonly fatal?: boolean }
