/** One walk round for each knot of a graph: the members in an order in which each leads to the next, the first again at the end. */
export function findCycles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const done = new Set<string>()
  const cycles: string[][] = []
  const path: string[] = []
  const onPath = new Set<string>()
  const visit = (node: string): void => {
    if (onPath.has(node)) {
      const cycle = path.slice(path.indexOf(node))
      cycles.push([...cycle, node])
      return
    }
    if (done.has(node)) return
    path.push(node)
    onPath.add(node)
    for (const next of edges.get(node) ?? []) visit(next)
    path.pop()
    onPath.delete(node)
    done.add(node)
  }
  for (const node of edges.keys()) visit(node)
  return cycles
}
