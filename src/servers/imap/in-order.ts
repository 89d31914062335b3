/** Rows beside the ordinals they belong to; what was left out is `undefined`. */
export async function inOrder<Row extends { readonly ordinal: number }>(
  batches: AsyncIterable<readonly Row[]>,
  ordinals: Uint32Array,
): Promise<(Row | undefined)[]> {
  const rows: (Row | undefined)[] = []
  for await (const batch of batches)
    for (const row of batch) {
      while (rows.length < ordinals.length && ordinals[rows.length] !== row.ordinal) rows.push(undefined)
      rows.push(row)
    }
  return rows
}
