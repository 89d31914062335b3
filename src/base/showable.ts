/**
 * May a name that strangers chose be shown beside others, and be told from them? No controls, no line or paragraph
 * separators, nothing that turns the writing, hides, or stands for nothing. RFC 9051 §5.1, RFC 5198 §2.
 */
export function isShowable(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (isHidden(name.charCodeAt(i))) return false
  return true
}

const isHidden = (code: number): boolean =>
  code < 0x20 ||
  (code >= 0x7f && code <= 0x9f) ||
  code === 0xad ||
  code === 0x061c ||
  // Zero-width space and direction marks; the joiners U+200C and U+200D spell words in some scripts and stay.
  code === 0x200b ||
  code === 0x200e ||
  code === 0x200f ||
  (code >= 0x2028 && code <= 0x202e) ||
  (code >= 0x2060 && code <= 0x206f) ||
  code === 0xfeff ||
  code >= 0xfff0
