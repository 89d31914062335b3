import type { SelectedMailbox } from './selected-mailbox.ts'

/** What the store calls the messages; 0, which names none, for those that have gone meanwhile. */
export function ordinalsOf(selected: SelectedMailbox, uids: Uint32Array): Uint32Array {
  const ordinals = new Uint32Array(uids.length)
  let hint = 0
  for (let i = 0; i < uids.length; i++) {
    const place = selected.placeOf(uids[i] as number, hint)
    if (place < 0) continue
    ordinals[i] = selected.ordinalAt(place)
    hint = place + 1
  }
  return ordinals
}
